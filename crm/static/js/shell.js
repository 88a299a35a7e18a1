// The shell: what every staff page gets. Marks that script is there, then wires menus, dialogs, toasts and keys, and fetches
// the other modules only where a page needs them. Without this file every link and form still works.
import { wireDialogs, openDialog } from "./dialogs.js";
import { forgetSaved } from "./draft.js";
import { wireKeys } from "./keys.js";
import { wireToasts } from "./toasts.js";

const root = document.documentElement;
root.classList.add("has-script");

const loaders = {
  "quick-log": () => import("./quicklog.js"),
  palette: () => import("./palette.js"),
};

// A dialog that is filled from the server gets its module on first use; the module's `open` prepares it.
async function open(id, opener) {
  const dialog = document.getElementById(id);
  if (!dialog) return false;
  openDialog(dialog, opener);
  if (id === "palette") dialog.querySelector("input").select(); // now: once its module is there, somebody has typed half a name
  if (loaders[id]) (await loaders[id]()).open(dialog, opener);
  return true;
}

wireDialogs(open);
wireKeys(open);
wireToasts();
forgetSaved();

// What a page needs is fetched and wired; again after a part has come from the server. Each module leaves alone what it has wired.
const enhancements = [
  ["[data-draft]", () => import("./draft.js")],
  ["[data-ticks]", () => import("./tick.js")],
  ["[data-reveal]", () => import("./reveal.js")],
  ["[data-complete]", () => import("./autocomplete.js")],
  ["[data-quick-log-form]", () => import("./quicklog.js")],
];
function enhance() {
  for (const [selector, load] of enhancements) {
    if (document.querySelector(selector)) load().then((module) => module.start?.(document));
  }
}
enhance();
document.addEventListener("htmx:after:swap", enhance);

// Menus are <details>: one at a time, closed by Escape, by a press outside, and by their own "leave it" button.
document.addEventListener("click", (event) => {
  const inside = event.target.closest("details[data-menu]");
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== inside || event.target.closest("[data-menu-close]")) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  event.stopPropagation();
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Once the head has scrolled away the top bar shows the title, so that one knows where one is.
const title = document.querySelector("[data-top-title]");
const observer = new IntersectionObserver(([entry]) => document.body.classList.toggle("is-scrolled", !entry.isIntersecting), {
  rootMargin: "-56px 0px 0px",
});
let watched = null;
function watchHead() {
  const head = document.querySelector("[data-page-head]");
  if (!head || !title || head === watched) return;
  title.textContent = head.querySelector("h1").textContent;
  observer.disconnect();
  observer.observe((watched = head));
}
watchHead();
document.addEventListener("htmx:after:swap", watchHead);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-side-toggle]")) {
    const slim = document.querySelector(".m-app").classList.toggle("is-slim");
    document.cookie = `side=${slim ? "slim" : "wide"}; path=/; max-age=31536000; samesite=lax`;
  }
  if (event.target.closest("[data-print]")) window.print();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
});
// A form is sent once: a second press while the first is on its way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sending) return event.preventDefault();
  form.dataset.sending = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
});

// After "load more" the pressed link is gone: the focus goes to the first of the new rows.
let waiting = null;
document.addEventListener("click", (event) => {
  const more = event.target.closest(".m-list-end [hx-target]");
  if (more) waiting = document.querySelector(more.getAttribute("hx-target"))?.lastElementChild;
});
document.addEventListener("htmx:after:swap", () => {
  const first = waiting?.nextElementSibling;
  if (!first) return;
  waiting = null;
  document.body.dataset.grown = "";
  first.querySelector("a[href], button, input")?.focus();
});
