// What the battle pages add when scripts run: where the focus goes after a turn, and the names
// of ticked moves on the closed list. Without them everything works by forms and links.
(() => {
  "use strict";

  let chosen = "";

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.target.closest?.(".battle-choose")) return;
    chosen = event.detail.requestConfig.triggeringEvent?.submitter?.id ?? "";
  });

  // The same move stays under the finger; at the end the outcome is read.
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
