// Results to share: the device's own share sheet with the picture, and buttons to copy. Without
// scripts, the picture and the link are there.
(() => {
  "use strict";

  const offer = () => {
    for (const button of document.querySelectorAll("[data-copy][hidden]")) button.hidden = false;
    if (!navigator.share) return;
    for (const button of document.querySelectorAll("[data-share-sheet]")) button.hidden = false;
  };
  offer();
  document.addEventListener("htmx:afterSettle", offer);

  const pictureOf = async (address) => {
    try {
      const blob = await (await fetch(address)).blob();
      return [new File([blob], "predictiondex.png", { type: "image/png" })];
    } catch {
      return [];
    }
  };

  document.addEventListener("click", async (event) => {
    const box = event.target.closest?.("[data-share-sheet]")?.closest("[data-share]");
    if (!box) return;
    const content = { text: box.dataset.shareText, url: box.dataset.shareUrl };
    // A text with the address in it needs no second one.
    if (content.text.includes(content.url)) delete content.url;
    const files = await pictureOf(box.dataset.sharePicture);
    if (files.length && navigator.canShare?.({ files })) content.files = files;
    try {
      await navigator.share(content);
    } catch {
      // Closed without sharing.
    }
  });
})();
