// The palette: one input over a grouped listbox from the server. Arrow keys choose, Enter opens, Ctrl-Enter in a new tab.
import { Listbox, latest } from "./listbox.js";

let ready = null;

export function open(dialog) {
  ready ??= prepare(dialog);
  dialog.querySelector("input").focus();
  ready();
}

function prepare(dialog) {
  const input = dialog.querySelector("input");
  const said = dialog.querySelector("[data-palette-said]");
  const box = new Listbox(input, dialog.querySelector('[role="listbox"]'));
  const ask = latest();
  let shown = null;

  async function refresh() {
    const query = input.value.trim();
    if (query === shown) return;
    const url = new URL(dialog.dataset.palette, location.href);
    url.searchParams.set("q", query);
    const html = await ask(url);
    if (html === null) return;
    shown = query;
    const count = box.fill(html);
    said.classList.toggle("m-sr", count > 0);
    said.textContent = count ? said.dataset.some.replace("{n}", count) : said.dataset.none;
  }

  input.addEventListener("input", refresh);
  input.addEventListener("keydown", (event) => {
    if (box.move(event) || event.key !== "Enter") return;
    event.preventDefault();
    const hit = box.selected();
    if (hit && hit.dataset.dialog) hit.click();
    else if (hit) go(hit.href, event);
    else if (dialog.dataset.search && input.value.trim()) go(`${dialog.dataset.search}?q=${encodeURIComponent(input.value.trim())}`, event);
  });
  return refresh;
}

function go(url, event) {
  if (event.ctrlKey || event.metaKey) window.open(url, "_blank", "noopener");
  else location.assign(url);
}
