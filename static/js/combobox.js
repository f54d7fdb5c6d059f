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

  const noteOf = (input) => parts(input).box.querySelector(".picker-note");

  const tellNone = (input, words) => {
    const note = noteOf(input);
    note.textContent = words;
    note.hidden = !words;
    if (words) {
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", note.id);
    } else if (input.getAttribute("aria-describedby") === note.id) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
  };

  const take = (input, option) => {
    input.value = option.dataset.value;
    input.dataset.settled = input.value;
    close(input);
    tellNone(input, "");
    const { box } = parts(input);
    const isLive = box.hasAttribute("data-live");
    if (isLive) input.dispatchEvent(new CustomEvent("picked", { bubbles: true }));
    return isLive;
  };

  const choose = (input, option) => {
    if (take(input, option)) return;
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
      const note = document.createElement("p");
      note.className = "picker-note";
      note.id = `${input.id}-note`;
      note.setAttribute("role", "status");
      note.hidden = true;
      list.before(note);
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
    if (!input) return;
    tellNone(input, "");
    if (!input.value) close(input);
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
      if (!isOpen) {
        input.value = input.dataset.settled;
        tellNone(input, "");
      }
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

  // Text that was typed and left: an exact or only match is taken, otherwise the text stays with
  // a message. The list may not have come yet, so the server is asked.
  const settle = async (input) => {
    const text = input.value.trim();
    const url = new URL(input.getAttribute("hx-get"), location.href);
    url.searchParams.set(input.name, text);
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!answer.ok || !input.isConnected || input.value.trim() !== text) return;
    if (document.activeElement === input) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    const options = [...found.querySelectorAll("[role=option]:not([aria-disabled=true])")];
    const exact = options.filter((option) => "exact" in option.dataset);
    const option = exact.length === 1 ? exact[0] : options.length === 1 ? options[0] : null;
    if (option) {
      if (option.dataset.value === input.dataset.settled) input.value = input.dataset.settled;
      else take(input, option);
      return;
    }
    const { box } = parts(input);
    tellNone(input, options.length ? box.dataset.several : found.querySelector("[role=option]").textContent);
  };

  document.addEventListener("focusout", (event) => {
    const input = comboboxOf(event);
    if (!input) return;
    const text = input.value.trim();
    const settled = input.dataset.settled;
    // The form's own button sends the text as it is: the server takes it or says why not.
    const isSent = event.relatedTarget?.matches("button:not([type=button])") && event.relatedTarget.form === input.form;
    close(input);
    if (!text && settled) input.value = settled;
    else if (text && text !== settled && !isSent) settle(input).catch(() => {});
  });
})();
