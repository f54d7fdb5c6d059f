// Number keys answer, Enter continues, and the focus follows the question. Without scripts: buttons.
(() => {
  "use strict";

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const round = document.getElementById("quiz-round");
    if (!round || event.target.closest("input, textarea, select")) return;
    if (/^[1-9]$/.test(event.key)) {
      round.querySelector(`[aria-keyshortcuts="${event.key}"]`)?.click();
    } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      round.querySelector("[data-next]")?.click();
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.elt?.dataset.focus !== "quiz") return;
    document.querySelector("#quiz-round [data-focus-here]")?.focus({ preventScroll: true });
    document.querySelector("#quiz-round .quiz-verdict")?.scrollIntoView({ block: "nearest" });
  });
})();
