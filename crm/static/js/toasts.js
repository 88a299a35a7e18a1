// Toasts: short messages in the one live region of the page, those that came with it and those that scripts add.

const SECONDS = 1000;

export function wireToasts() {
  const region = document.querySelector("[data-toasts]");
  if (!region) return;
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]").remove();
  });
  // Said once more after the page has loaded, because a live region is only read when it changes.
  const said = [...region.children];
  region.replaceChildren();
  setTimeout(() => said.forEach((toast) => show(region, toast)), 80);
}

// Show what the server drew; gives the new toasts.
export function say(html) {
  const region = document.querySelector("[data-toasts]");
  const drawn = document.createElement("template");
  drawn.innerHTML = html;
  const said = [...drawn.content.children];
  for (const toast of said) show(region, toast);
  return said;
}

// What only reports goes by itself; what offers Undo stays as long as that can be done; what says why not stays until it is closed.
function show(region, toast) {
  region.append(toast);
  if (toast.classList.contains("is-refused")) return;
  setTimeout(() => toast.remove(), (toast.querySelector("form") ? 600 : 8) * SECONDS);
}
