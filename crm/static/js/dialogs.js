// Dialogs: any element with data-dialog="id" opens the <dialog> of that id; the focus goes in and comes back to the opener.

const openers = new WeakMap();

export function openDialog(dialog, opener) {
  if (dialog.open) return;
  openers.set(dialog, opener ?? document.activeElement);
  dialog.showModal();
}

export function wireDialogs(open) {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    // A press with a key held means "in a new tab": the link is left alone.
    if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey && document.getElementById(opener.dataset.dialog)) {
      event.preventDefault();
      open(opener.dataset.dialog, opener);
    }
    const dialog = event.target.closest("dialog");
    if (dialog && (event.target === dialog || event.target.closest("[data-dialog-close]"))) dialog.close();
  });
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("close", () => openers.get(dialog)?.focus?.());
  }
}
