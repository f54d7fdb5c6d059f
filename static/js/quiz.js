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
    showCopy();
  });

  const showCopy = () => {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  };
  showCopy();
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      return;
    }
    const label = button.querySelector("[data-copied]");
    label.textContent = label.dataset.copied;
    document.getElementById("live").textContent = label.dataset.copied;
  });
})();
