// The preview of a mail: links with data-look load the frame as another reader sees it. Without script they do so by their target.
const frame = document.querySelector('iframe[name="preview"]');
const links = [...document.querySelectorAll("[data-look]")];
const holder = frame?.closest("[data-frame]");
const asWhom = document.querySelector("[data-as-whom]");

function address() {
  const link = links.find((one) => one.getAttribute("aria-current")) ?? links[0];
  const url = new URL(link.href);
  if (asWhom) {
    for (const name of ["person_id", "person"]) if (asWhom.elements[name].value) url.searchParams.set(name, asWhom.elements[name].value);
  }
  return url.href;
}

// Who waits for an answer sees it without asking: the page is drawn anew as soon as there is one.
const waiting = document.querySelector("[data-waiting]");
const asking = waiting && setInterval(ask, 4000);
async function ask() {
  if (document.hidden) return;
  const answer = await fetch(waiting.dataset.waiting).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const state = await answer.text();
  if (state === waiting.dataset.state) return;
  clearInterval(asking);
  if (!state.endsWith(" draft")) return location.reload(); // it is on its way: the address leads to what becomes of it
  (await import("./refresh.js")).refresh();
}

export function reload() {
  if (frame && links.length) frame.src = address();
}

for (const link of links) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const one of links) one.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    if (holder) holder.dataset.frame = link.dataset.look;
    reload();
  });
}
asWhom?.addEventListener("submit", (event) => {
  event.preventDefault();
  reload();
});
