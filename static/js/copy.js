// Buttons that copy the text of a field. Without scripts the field is there to copy from.
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
      // No clipboard on plain http: the old way.
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
