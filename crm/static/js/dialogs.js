// Dialogs: any element with data-dialog="id" opens the <dialog> of that id; the focus goes in and comes back to the opener.

const openers = new WeakMap();

export function openDialog(dialog, opener) {
  if (dialog.open) return;
  // From inside another dialog (a command of the palette) that one closes, and the focus later returns to where it was opened from.
  const outer = opener?.closest("dialog");
  openers.set(dialog, outer ? openers.get(outer) : (opener ?? document.activeElement));
  outer?.close();
  dialog.showModal();
}

// A press on the backdrop has the dialog itself as its target, and lies beside it. (Enter on a button counts as a press at 0, 0.)
function isOutside(event, dialog) {
  if (event.target !== dialog || !event.detail) return false;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom;
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
    if (dialog && (isOutside(event, dialog) || event.target.closest("[data-dialog-close]"))) dialog.close();
  });
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("close", () => openers.get(dialog)?.focus?.());
  }
}
