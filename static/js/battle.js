// Battle pages with scripts: the focus after a turn, and the names of selected moves in the folded
// list. Without scripts, everything works with forms and links.
(() => {
  "use strict";

  let chosen = "";

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.target.closest?.(".battle-choose")) return;
    chosen = event.detail.requestConfig.triggeringEvent?.submitter?.id ?? "";
  });

  // The same move keeps the focus; at the end, the result gets it.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "battle-play") return;
    const ending = document.getElementById("ending-title");
    if (ending) {
      ending.focus({ preventScroll: true });
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      document.getElementById("battle-play")
        .scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
      return;
    }
    const same = chosen && document.getElementById(chosen);
    const next = same && !same.disabled
      ? same
      : document.querySelector(".battle-choose button:not(:disabled)");
    next?.focus({ preventScroll: true });
  });

  document.addEventListener("change", (event) => {
    const fold = event.target.closest(".fighter-moves");
    if (!fold) return;
    const ticked = [...fold.querySelectorAll("input[type=checkbox]:checked")];
    fold.querySelector("[data-chosen]").textContent =
      ticked.map((box) => box.dataset.name).join(", ");
  });
})();
