// Buttons that copy a field's text. Without scripts, visitors copy from the field itself.
(() => {
  "use strict";

  const say = (button) => {
    const words = button.dataset.copied;
    const live = document.getElementById("live");
    if (live) live.textContent = words;
    const label = button.lastChild;
    if (button.dataset.said) return;
    button.dataset.said = label.textContent;
    label.textContent = words;
    setTimeout(() => {
      label.textContent = button.dataset.said;
      delete button.dataset.said;
    }, 2000);
  };

  const copy = async (field) => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // No clipboard API on plain HTTP: fall back to execCommand.
      field.focus();
      field.select();
      document.execCommand("copy");
    }
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    const field = button && document.getElementById(button.dataset.copy);
    if (!field) return;
    await copy(field);
    say(button);
  });
})();
