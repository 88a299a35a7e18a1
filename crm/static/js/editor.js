// The editor of campaigns: saves by itself, moves blocks where they stand, and puts a text editor into text blocks. Every button of the
// form does the same without script, by a save and a new page.
import { reload } from "./looks.js";
import { fieldOf, makeRich, rememberFocus } from "./richtext.js";

const form = document.querySelector("[data-draft-form]");
const list = form.querySelector("[data-blocks]");
const said = () => document.querySelector("[data-editor] [data-said]");
const savedAt = document.querySelector("[data-saved-at]");
const WAIT = 1200;
const RETRY = 8000;
let timer;
let isDirty = false;
let isBusy = false;
let running = Promise.resolve(); // the save that is under way
let theirVersion = null; // of a colleague who saved meanwhile: nothing is sent until the person has chosen

// Saving --------------------------------------------------------------------------------------------------------------

function sent(act, withFiles) {
  const data = new FormData(form);
  data.set("do", act);
  data.delete("form_key"); // each save is a new one
  for (const field of form.querySelectorAll("[data-no-autosave]")) if (act === "autosave") data.delete(field.name);
  if (!withFiles) for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

function post(act, withFiles = false) {
  running = save(act, withFiles);
  return running;
}

async function save(act, withFiles) {
  isBusy = true;
  isDirty = false;
  clearTimeout(timer);
  savedAt.textContent = form.dataset.saidSaving;
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent(act, withFiles), headers: { "HX-Request": "true" } });
    if (answer.redirected) return location.reload(); // signed out meanwhile: draft and way back are the server's
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-answer]");
    if (!part) throw new Error(String(answer.status));
    take(part, answer.status);
    return answer.ok ? part : null;
  } catch {
    isDirty = true;
    savedAt.textContent = form.dataset.saidOffline;
    timer = setTimeout(() => post("autosave"), RETRY);
    return null;
  } finally {
    isBusy = false;
    if (isDirty) schedule();
  }
}

function take(part, status) {
  for (const old of form.querySelectorAll("[data-wrong]")) old.remove();
  if (status === 422) for (const link of part.querySelectorAll("[data-said] li > a")) sayIn(document.getElementById(link.hash.slice(1)), link.textContent);
  const heading = part.querySelector("[data-said] h3")?.textContent;
  said().replaceWith(part.querySelector("[data-said]"));
  if (status === 409) {
    theirVersion = part.dataset.version;
    isDirty = false;
    savedAt.textContent = "";
    said().scrollIntoView({ block: "nearest" });
    return;
  }
  if (status >= 400) {
    savedAt.textContent = heading ?? "";
    return;
  }
  form.elements.version.value = part.dataset.version;
  savedAt.textContent = part.querySelector("[data-saved-at]").textContent;
  document.querySelector("[data-subject]").textContent = form.elements.subject.value;
  for (const name of ["[data-stands]", "[data-next]"]) again(document.querySelector(name), part.querySelector(name));
  freshen(part.querySelector("[data-before]"));
  reload();
}

// What is wrong with a block stands in it: the words on top are far away from who writes below.
function sayIn(block, words) {
  const told = Object.assign(document.createElement("p"), { className: "m-err", textContent: words });
  told.dataset.wrong = "";
  block?.querySelector("header").after(told);
}

// Where the draft stands and the next press on it: put in anew only when they are others, so that the focus stays.
function again(old, fresh) {
  if (old.textContent.trim() !== fresh.textContent.trim()) old.replaceWith(fresh);
}

// The checks on what is saved now. Only what is another is put in, so that who stands in the list stays there; the count is heard when it is
// another count.
function freshen(fresh) {
  const panel = document.querySelector("[data-before]");
  const items = panel.querySelector("#checks");
  const held = items.contains(document.activeElement) && document.activeElement;
  const there = new Map([...items.children].map((item) => [item.dataset.key, item]));
  let place = items.firstElementChild;
  for (const item of fresh.querySelectorAll("#checks > li")) {
    const old = there.get(item.dataset.key);
    if (old?.textContent !== item.textContent) {
      items.insertBefore(item, place);
      continue;
    }
    there.delete(item.dataset.key);
    const hidden = item.querySelectorAll("input[type=hidden]"); // the version that the next press names
    for (const [number, field] of old.querySelectorAll("input[type=hidden]").entries()) field.value = hidden[number].value;
    if (old === place) place = place.nextElementSibling;
    else items.insertBefore(old, place);
  }
  for (const gone of there.values()) gone.remove();
  const count = panel.querySelector("[data-count]");
  const counted = fresh.querySelector("[data-count]").textContent;
  if (count.textContent !== counted) count.textContent = counted;
  if (held && held !== document.activeElement) (held.isConnected ? held : panel.querySelector("h2")).focus({ preventScroll: true });
}

function schedule(wait = WAIT) {
  if (theirVersion) return;
  isDirty = true;
  clearTimeout(timer);
  if (!isBusy) timer = setTimeout(() => post("autosave"), wait);
}

form.addEventListener("input", (event) => {
  if (!event.target.closest("[data-no-autosave], input[type=file], [data-link-field]")) schedule();
});
form.addEventListener("trix-change", () => schedule());
addEventListener("beforeunload", (event) => {
  if (isDirty) event.preventDefault();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-save-over]")) return;
  form.elements.version.value = theirVersion ?? form.elements.version.value;
  isDirty = false;
});

// Buttons of other forms on the page act on what is saved: what was typed last goes before them.
document.addEventListener("submit", async (event) => {
  const other = event.target;
  if (other === form || other.method !== "post" || theirVersion || (!isDirty && !isBusy)) return;
  event.preventDefault();
  const { submitter } = event;
  await running;
  if (isDirty && !(await post("autosave"))) return;
  const same = other.isConnected ? other : document.querySelector(`:is([data-before], [data-next]) form[action="${CSS.escape(other.getAttribute("action"))}"]`);
  if (!same || theirVersion) return;
  isDirty = false;
  same.requestSubmit(same.contains(submitter) ? submitter : null);
}, true);

// Buttons of the form -------------------------------------------------------------------------------------------------

form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  const [verb, id] = (button?.value ?? "save").split(":");
  const isOurs = !button || (form.contains(button) && verb !== "language");
  if (!isOurs || theirVersion) {
    isDirty = false;
    return;
  }
  event.preventDefault();
  if (verb === "up" || verb === "down") move(document.getElementById(id), verb, button);
  else if (verb === "remove") remove(document.getElementById(id));
  else await act(button?.value ?? "save", verb, id);
});

async function act(value, verb, id) {
  const withFiles = verb === "picture";
  const part = await post(value, withFiles);
  const fresh = part?.querySelector("[data-blocks]");
  if (!fresh) return;
  const about = ["comment", "settle", "reopen", "picture"].includes(verb) ? part.dataset.anchor : "";
  merge(fresh, about);
  const place = document.getElementById(part.dataset.anchor);
  if (verb === "comment") place?.querySelector("textarea[data-no-autosave]")?.focus();
  else if (verb !== "settle" && verb !== "reopen") focusInto(place, verb === "picture");
}

// Only what is new comes from the server: what is being typed elsewhere stays as it is.
function merge(fresh, about) {
  const there = new Map([...list.querySelectorAll("[data-block]")].map((block) => [block.id, block]));
  const wanted = [...fresh.querySelectorAll("[data-block]")].map((block) => {
    const old = there.get(block.id);
    if (!old) return block;
    if (block.id !== about) return old;
    if (old.querySelector("[data-rich], trix-editor")) {
      old.querySelector(".m-comments").replaceWith(block.querySelector(".m-comments"));
      return old;
    }
    return block;
  });
  list.replaceChildren(...wanted);
  enhance();
}

function focusInto(block, onAlt) {
  if (!block) return;
  const selector = onAlt ? "input[name$='-alt']" : "trix-editor, input:not([type=hidden]):not([type=file]), textarea";
  (block.querySelector(selector) ?? block).focus({ preventScroll: true });
  block.scrollIntoView({ block: "nearest" });
}

function move(block, verb, button) {
  const other = verb === "up" ? block.previousElementSibling : block.nextElementSibling;
  if (!other?.matches("[data-block]")) return;
  if (verb === "up") other.before(block);
  else other.after(block);
  button?.focus();
  block.scrollIntoView({ block: "nearest" });
  schedule(300);
}

function remove(block) {
  const strip = document.createElement("p");
  strip.className = "m-removed";
  strip.setAttribute("role", "status");
  const undo = Object.assign(document.createElement("button"), { type: "button", className: "m-linklike", textContent: form.dataset.saidUndo });
  undo.addEventListener("click", () => {
    strip.replaceWith(block);
    schedule(300);
    focusInto(block);
  });
  strip.append(`${form.dataset.saidRemoved} `, undo);
  block.replaceWith(strip);
  undo.focus();
  schedule(300);
}

// Pictures: as soon as one is chosen it is sent and shown.
form.addEventListener("change", (event) => {
  const block = event.target.closest("[data-block]");
  if (!block) return;
  if (event.target.matches("[data-picture]") || event.target.name === `${block.id}-src`) act(`picture:${block.id}`, "picture", block.id);
  else if (event.target.matches("select")) schedule(300);
});

// Drag by the grip; the buttons do the same for the keyboard and for fingers.
let dragged = null;
list.addEventListener("pointerdown", (event) => {
  const block = event.target.closest("[data-grip]")?.closest("[data-block]");
  if (block) block.draggable = true;
});
list.addEventListener("dragstart", (event) => {
  if (!event.target.matches?.("[data-block][draggable=true]")) return;
  dragged = event.target;
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
});
list.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest("[data-block]");
  if (!dragged) return;
  event.preventDefault();
  if (!over || over === dragged) return;
  const { top, height } = over.getBoundingClientRect();
  if (event.clientY < top + height / 2) over.before(dragged);
  else over.after(dragged);
});
list.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("is-dragged");
  dragged.draggable = false;
  dragged = null;
  schedule(300);
});

// Text editors and personal fields ------------------------------------------------------------------------------------

function enhance() {
  for (const holder of list.querySelectorAll("[data-rich]")) makeRich(holder);
}
form.addEventListener("formdata", (event) => {
  for (const editor of list.querySelectorAll("trix-editor")) {
    const [name, value] = fieldOf(editor);
    event.formData.set(name, value);
  }
});
list.addEventListener("focusin", (event) => {
  const block = event.target.closest("[data-block]");
  for (const one of list.querySelectorAll(".is-on")) if (one !== block) one.classList.remove("is-on");
  block?.classList.add("is-on");
});
rememberFocus(form, () => schedule());
enhance();
