// Scripts of every page. Without them, everything still works with links and forms.
(() => {
  "use strict";

  // Pictures are hidden over the faces until they have loaded.
  const settlePicture = (image) => {
    if (!image.complete) return;
    if (image.naturalWidth > 0) image.classList.add("is-loaded");
    else image.hidden = true;
  };
  const settlePictures = (root) => root.querySelectorAll("img[data-picture]").forEach(settlePicture);
  for (const kind of ["load", "error"]) {
    document.addEventListener(
      kind,
      (event) => {
        if (event.target instanceof HTMLImageElement && event.target.matches("[data-picture]")) {
          settlePicture(event.target);
        }
      },
      true,
    );
  }

  // Limits how many checkboxes of a group can be selected.
  const keepLimit = (fieldset) => {
    const boxes = [...fieldset.querySelectorAll("input[type=checkbox]")];
    const ticked = boxes.filter((box) => box.checked).length;
    const full = ticked >= Number(fieldset.dataset.limit);
    for (const box of boxes) box.disabled = full && !box.checked;
    const clear = fieldset.querySelector("[data-clear]");
    if (clear) clear.hidden = ticked === 0;
  };
  const keepLimits = (root) => root.querySelectorAll("fieldset[data-limit]").forEach(keepLimit);
  document.addEventListener("change", (event) => {
    const fieldset = event.target.closest("fieldset[data-limit]");
    if (fieldset) keepLimit(fieldset);
  });

  const settle = (root) => {
    settlePictures(root);
    keepLimits(root);
  };
  settle(document);

  // The theme changes at once; the server only stores it. Nothing on the page is lost.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-theme-form]") || !event.submitter) return;
    event.preventDefault();
    const theme = event.submitter.value;
    const root = document.documentElement;
    if (theme === "system") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-form] button")) {
      button.setAttribute("aria-pressed", String(button.value === theme));
    }
    const body = new URLSearchParams(new FormData(form, event.submitter));
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
  });

  // A form that leads back here: htmx may have changed the address since the page was made.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-comes-back]")) return;
    form.elements.next.value = `${location.pathname}${location.search}#${form.id}`;
  });

  // Heads of lists stay right below the filters, whose height depends on the screen.
  const placeHeads = () => {
    const filters = document.querySelector(".list-page > .filters");
    if (!filters) return;
    const height = `${Math.ceil(filters.offsetHeight)}px`;
    document.documentElement.style.setProperty("--filters-height", height);
  };
  placeHeads();
  addEventListener("resize", placeHeads);
  document.addEventListener("htmx:afterSettle", placeHeads);

  // Menus close on Escape and when something else is clicked.
  const menus = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });

  // "/" goes to the first search field.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const field = document.querySelector("input[role=combobox], input[type=search]");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  // After a result is swapped in, its heading gets the focus if the request was for it.
  document.addEventListener("htmx:afterSettle", (event) => {
    settle(document);
    const asked = event.detail.requestConfig?.elt;
    if (asked?.dataset.focus !== "result") return;
    const next = document.querySelector("#compare .input[aria-invalid=true]")
      ?? (document.querySelector("#meter-a, [data-answer]")
        ? document.getElementById("result-title")
        : [...document.querySelectorAll("#compare .input")].find((input) => !input.value));
    next?.focus({ preventScroll: true });
    if (next?.id === "result-title") {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      document.querySelector("#compare .verdict, #compare [data-answer]")
        ?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    }
  });

  // A failed request shows a message; a rendered 503 is swapped in instead.
  const failed = document.getElementById("request-failed");
  const tell = (event) => {
    if (event.detail.xhr?.status === 503 || !failed) return;
    failed.querySelector("[data-retry]").href = location.href;
    failed.hidden = false;
  };
  for (const kind of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, tell);
  }
  document.addEventListener("htmx:beforeRequest", () => {
    if (failed) failed.hidden = true;
  });
})();
