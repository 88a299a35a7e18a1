// Unsaved text survives a time-out, a sign-out and a closed lid: what is typed into <form data-draft="id"> stays in the tab's session
// storage until the server says that it is saved. When the form comes up again, only what the person had changed is put back, so that a
// newer value of another field is never undone. Passwords, files and hidden fields are never kept.

const SKIPPED = new Set(["password", "file", "hidden", "submit", "button"]);
const DRAFT = "draft:";
const SENT = "sent:";
const wired = new WeakSet();

export function start(root) {
  for (const form of root.querySelectorAll("form[data-draft]")) {
    if (!wired.has(form)) wire(form);
    wired.add(form);
  }
}

// Called on each page: a "done" message means that the drafts which were sent are saved.
export function forgetSaved() {
  if (!document.querySelector("[data-toast]:not(.is-refused)")) return;
  for (const key of Object.keys(sessionStorage)) {
    if (!key.startsWith(SENT)) continue;
    sessionStorage.removeItem(key);
    sessionStorage.removeItem(DRAFT + key.slice(SENT.length));
  }
}

const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const values = (form) =>
  [...form.elements]
    .filter((field) => field.name && !SKIPPED.has(field.type))
    .map((field) => [field.name, isTick(field) ? field.value : "", isTick(field) ? field.checked : field.value]);

function wire(form) {
  const id = `${location.pathname}:${form.dataset.draft}`;
  const before = values(form);

  const kept = JSON.parse(sessionStorage.getItem(DRAFT + id) ?? "null");
  // An error page already holds what was sent; a page that came back from sign-in doesn't.
  if (kept && !document.querySelector("[data-error-summary]") && putBack(form, kept)) offerToDrop(form, id);

  form.addEventListener("input", () => {
    const after = values(form);
    if (JSON.stringify(after) === JSON.stringify(before)) sessionStorage.removeItem(DRAFT + id);
    else sessionStorage.setItem(DRAFT + id, JSON.stringify({ before, after }));
  });
  form.addEventListener("submit", () => sessionStorage.setItem(SENT + id, "1"));
}

function putBack(form, { before, after }) {
  const old = new Set(before.map((entry) => JSON.stringify(entry)));
  let changed = 0;
  for (const entry of after) {
    if (old.has(JSON.stringify(entry))) continue;
    const [name, option, value] = entry;
    const field = [...form.elements].find((one) => one.name === name && (!isTick(one) || one.value === option));
    if (!field) continue;
    if (isTick(field)) field.checked = value;
    else field.value = value;
    changed += 1;
  }
  return changed;
}

// The words are the server's, in the form's data attributes: data-draft-said and data-draft-drop.
function offerToDrop(form, id) {
  if (!form.dataset.draftSaid) return;
  const note = document.createElement("div");
  note.className = "m-note is-info m-gap-bl";
  note.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = `${form.dataset.draftSaid} `;
  const drop = Object.assign(document.createElement("button"), { type: "button", className: "m-linklike", textContent: form.dataset.draftDrop });
  drop.addEventListener("click", () => {
    sessionStorage.removeItem(DRAFT + id);
    location.reload();
  });
  words.append(drop);
  note.append(words);
  form.before(note);
}
