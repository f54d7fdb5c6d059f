// A field with a list of matches, after the ARIA combobox pattern (list autocomplete, manual
// choice of the option, the focus stays in the field). The list comes from the server.
(() => {
  "use strict";

  const parts = (input) => {
    const box = input.closest("[data-combobox]");
    return { box, list: box.querySelector("[role=listbox]") };
  };
  const optionsOf = (list) => [...list.querySelectorAll("[role=option]:not([aria-disabled=true])")];

  const close = (input) => {
    const { list } = parts(input);
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const activate = (input, option) => {
    const { list } = parts(input);
    for (const each of optionsOf(list)) each.setAttribute("aria-selected", String(each === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };

  const active = (input) => document.getElementById(input.getAttribute("aria-activedescendant") ?? "");

  const choose = (input, option) => {
    input.value = option.dataset.value;
    input.dataset.settled = input.value;
    close(input);
    const { box } = parts(input);
    if (box.hasAttribute("data-live")) {
      input.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
      return;
    }
    const empty = [...input.form.querySelectorAll("input[role=combobox]")].find((each) => !each.value);
    if (empty) empty.focus();
    else input.form.querySelector("button")?.focus();
  };

  const enhance = (root) => {
    for (const input of root.querySelectorAll("[data-combobox] input:not([role=combobox])")) {
      const { list } = parts(input);
      input.removeAttribute("list");
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-controls", list.id);
      input.setAttribute("aria-expanded", "false");
      input.dataset.settled = input.defaultValue;
    }
  };
  enhance(document);
  document.addEventListener("htmx:load", (event) => enhance(event.target));

  const comboboxOf = (event) => event.target.closest?.("[data-combobox] input[role=combobox]");

  // Look up what was typed before the scripts loaded, here or in the search box.
  document.addEventListener(
    "htmx:load",
    () => {
      const input = document.activeElement;
      const isSearch = input?.matches("[data-combobox] input, [data-site-search] input");
      if (isSearch && input.value !== input.defaultValue) {
        input.dispatchEvent(new CustomEvent("look", { bubbles: true }));
      }
    },
    { once: true },
  );

  // New matches: highlight the first one.
  document.addEventListener("htmx:afterSwap", (event) => {
    const list = event.target.closest?.("[data-combobox] [role=listbox]");
    const input = list?.closest("[data-combobox]").querySelector("input");
    if (!input) return;
    if (document.activeElement !== input) {
      close(input);
      return;
    }
    input.setAttribute("aria-expanded", "true");
    activate(input, input.value ? optionsOf(list)[0] : undefined);
  });

  document.addEventListener("focusin", (event) => {
    comboboxOf(event)?.select();
  });

  document.addEventListener("input", (event) => {
    const input = comboboxOf(event);
    if (input && !input.value) close(input);
  });

  document.addEventListener("keydown", (event) => {
    const input = comboboxOf(event);
    if (!input || event.isComposing) return;
    const { list } = parts(input);
    const options = optionsOf(list);
    const at = options.indexOf(active(input));
    const isOpen = input.getAttribute("aria-expanded") === "true";

    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) {
        input.dispatchEvent(new CustomEvent("look", { bubbles: true }));
      } else if (options.length) {
        const step = event.key === "ArrowDown" ? 1 : -1;
        const next = at < 0 ? (step > 0 ? 0 : options.length - 1) : (at + step + options.length) % options.length;
        activate(input, options[next]);
      }
    } else if (event.key === "Enter") {
      const changed = input.value !== input.dataset.settled;
      if (isOpen && at >= 0) {
        event.preventDefault();
        choose(input, options[at]);
      } else if (!changed && isOpen) {
        event.preventDefault();
        close(input);
      }
    } else if (event.key === "Escape" && (isOpen || input.value !== input.dataset.settled)) {
      event.preventDefault();
      if (!isOpen) input.value = input.dataset.settled;
      close(input);
    }
  });

  // Keep the focus in the field while an option is being pressed.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-combobox] [role=listbox]")) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const option = event.target.closest("[data-combobox] [role=option]:not([aria-disabled=true])");
    if (option) choose(option.closest("[data-combobox]").querySelector("input"), option);
  });

  document.addEventListener("focusout", (event) => {
    const input = comboboxOf(event);
    if (!input) return;
    close(input);
    // Text that was typed but not chosen would be lost from the URL: restore the chosen name.
    if (parts(input).box.hasAttribute("data-live") && input.dataset.settled) {
      input.value = input.dataset.settled;
    }
  });
})();
