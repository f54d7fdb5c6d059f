// The search box of the header, after the ARIA combobox pattern: suggestions are links; Enter takes
// the highlighted one, else it opens the results page.
(() => {
  "use strict";

  const input = document.querySelector("[data-site-search] input");
  const list = document.getElementById("site-search-options");
  if (!input || !list) return;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  const options = () => [...list.querySelectorAll("a[role=option]")];
  const active = () => list.querySelector("[aria-selected=true]");

  const activate = (option) => {
    for (const each of options()) each.setAttribute("aria-selected", String(each === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  };

  const close = () => {
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  list.addEventListener("htmx:afterSwap", () => {
    if (document.activeElement !== input || !input.value.trim()) {
      close();
      return;
    }
    input.setAttribute("aria-expanded", "true");
    activate(options()[0]);
  });

  input.addEventListener("input", () => {
    // The highlighted one belongs to an older text: Enter must not take it.
    activate(null);
    if (!input.value.trim()) close();
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = options();
    const at = all.indexOf(active());
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      activate(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      location.assign(all[at].href);
    } else if (event.key === "Escape" && all.length) {
      event.preventDefault();
      close();
    }
  });

  // Keep the focus in the field while a suggestion is being pressed.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("focusout", close);
})();
