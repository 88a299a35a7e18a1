// An input that offers names while one types. <input data-complete="person" data-complete-url="/search/completions"> asks for
// options (role="option", data-insert the words, data-value an id). With data-complete-into="field id" the id goes into that hidden
// field, and is emptied again as soon as the words are changed. Without script the server reads the words alone.
import { Listbox, latest } from "./listbox.js";

let serial = 0;

export function start(root) {
  for (const input of root.querySelectorAll("input[data-complete]")) wire(input);
}

function wire(input) {
  const address = input.dataset.completeUrl || document.getElementById("quick-log")?.dataset.completions;
  if (!address || input.dataset.completeReady) return;
  input.dataset.completeReady = "1";
  const list = Object.assign(document.createElement("div"), { className: "m-complete-box", hidden: true, id: `complete-${++serial}` });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
  const frame = Object.assign(document.createElement("div"), { className: "m-complete" });
  input.replaceWith(frame);
  frame.append(input, list);
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"], ["autocomplete", "off"]]) {
    input.setAttribute(name, value);
  }
  const into = document.getElementById(input.dataset.completeInto ?? "");
  const box = new Listbox(input, list);
  const ask = latest();

  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) box.clear();
  };
  const take = (option) => {
    input.value = option.dataset.insert;
    if (into) into.value = option.dataset.value ?? "";
    show(false);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  input.addEventListener("input", async () => {
    if (into) into.value = "";
    const query = input.value.trim();
    if (query.length < 2) return show(false);
    const url = new URL(address, location.href);
    url.searchParams.set("kind", input.dataset.complete);
    url.searchParams.set("q", query);
    const html = await ask(url);
    if (html !== null && document.activeElement === input) show(box.fill(html, -1) > 0);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden || box.move(event)) return;
    if (event.key === "Enter" && box.selected()) {
      event.preventDefault();
      take(box.selected());
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      show(false);
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest('[role="option"]');
    if (option) take(option);
  });
  input.addEventListener("blur", () => show(false));
}
