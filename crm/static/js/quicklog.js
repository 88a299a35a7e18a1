// The quick log: free text becomes fields. The server reads the text; this module shows its reading while one types.
//
// A form with data-quick-log-form holds .m-ql (a .m-mirror and a <textarea name="text">) and [data-preview-into]. On each change the
// whole form goes to the preview address (data-preview of the dialog, or of the form) and the answer replaces [data-preview-into].
// A <template data-mirror> in the answer is the same text with <mark>s: it colours the mirror, if the text hasn't changed since.
// Selects and buttons in the answer correct the reading; they are fields of the form, so without script "Check" does the same.
import { Listbox, latest } from "./listbox.js";
import { refresh as refreshPage } from "./refresh.js";
import { say } from "./toasts.js";

const started = new WeakSet();
const KEPT = "quick-log-text";

export async function open(dialog, opener) {
  const inside = dialog.querySelector("[data-quick-log-inside]");
  // The opener's own address may carry with whom ("?with=7"): another one asks for another form, what was typed goes along.
  const address = new URL(opener?.href ?? dialog.dataset.quickLog, location.href).href;
  if (!inside.querySelector("[data-quick-log-form]") || inside.dataset.from !== address) {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok) return location.assign(address);
    inside.dataset.from = address;
    return fill(dialog, await answer.text());
  }
  fill(dialog);
}

function fill(dialog, html) {
  const inside = dialog.querySelector("[data-quick-log-inside]");
  if (html) inside.innerHTML = html;
  start(dialog);
  const text = inside.querySelector("textarea");
  text?.focus();
  text?.setSelectionRange(text.value.length, text.value.length);
}

export function start(root) {
  for (const form of root.querySelectorAll("[data-quick-log-form]")) {
    if (!started.has(form)) wire(form);
    started.add(form);
  }
}

function wire(form) {
  const hosts = document.getElementById("quick-log")?.dataset ?? {};
  const preview = form.dataset.preview || hosts.preview;
  const text = form.querySelector("textarea");
  const mirror = form.querySelector(".m-mirror");
  const into = form.querySelector("[data-preview-into]");
  const ask = latest(180);
  const plain = () => mirror && (mirror.textContent = `${text.value}\n`);

  async function refresh() {
    if (!preview) return;
    const sent = text.value;
    const html = await ask(preview, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (html === null || text.value !== sent) return;
    // Whoever was correcting a field goes on in it: the fresh one has the same name.
    const name = into.contains(document.activeElement) && document.activeElement.name;
    into.innerHTML = html;
    if (name) into.querySelector(`[name="${CSS.escape(name)}"]`)?.focus();
    const marks = into.querySelector("template[data-mirror]");
    if (marks && mirror) mirror.replaceChildren(marks.content, "\n");
  }

  if (!text.value) text.value = sessionStorage.getItem(KEPT) ?? "";
  plain();
  refresh();
  text.addEventListener("input", () => {
    plain();
    sessionStorage.setItem(KEPT, text.value);
    refresh();
  });
  into.addEventListener("change", refresh);
  form.addEventListener("submit", (event) => {
    const dialog = form.closest("dialog");
    if (!dialog) return sessionStorage.removeItem(KEPT);
    event.preventDefault();
    save(form, dialog, event.submitter);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  if (hosts.completions) complete(text, form.querySelector(".m-ql"), hosts.completions);
}

// From the box one stays on the page: the answer is a toast. Any other answer is a page, so the form is sent as a form; its key keeps
// that from saving twice.
async function save(form, dialog, submitter) {
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const line = form.querySelector("textarea").value;
  const body = new URLSearchParams(new FormData(form));
  if (submitter?.name) body.append(submitter.name, submitter.value);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
  form.querySelector("[data-offline]").hidden = Boolean(answer);
  if (!answer) return delete form.dataset.sending;
  const html = [201, 422].includes(answer.status) ? await answer.text() : "";
  if (answer.status === 422) return fill(dialog, html);
  sessionStorage.removeItem(KEPT);
  if (!html) return form.submit();
  dialog.querySelector("[data-quick-log-inside]").replaceChildren();
  if (submitter?.name === "again") open(dialog, { href: dialog.querySelector("[data-quick-log-inside]").dataset.from });
  else dialog.close();
  for (const toast of say(html)) offerUndo(toast, line, dialog);
  refreshPage();
}

function offerUndo(toast, line, dialog) {
  const form = toast.querySelector("form");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer) return; // offline: the button is still there
    if (!answer.ok) return form.submit();
    toast.remove();
    sessionStorage.setItem(KEPT, [line, sessionStorage.getItem(KEPT)].filter(Boolean).join("\n"));
    dialog.querySelector("[data-quick-log-inside]").replaceChildren();
    say(await answer.text());
    refreshPage();
  });
}

// What is being written before the caret: "@disd" an organization, "#koo" a topic, a word with a capital a person.
const PARTS = [
  [/@([\p{L}\d.'’-]{1,40})$/u, "organization", "@"],
  [/#([\p{L}\d-]{1,40})$/u, "topic", "#"],
  [/(?:^|[\s,])(\p{Lu}[\p{L}.'’-]{1,40})$/u, "person", ""],
];

function complete(text, frame, address) {
  const list = Object.assign(document.createElement("div"), { className: "m-complete-box", hidden: true, id: "quick-log-completions" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", text.getAttribute("aria-label") ?? "");
  frame.append(list);
  text.setAttribute("aria-autocomplete", "list");
  text.setAttribute("aria-controls", list.id);
  const box = new Listbox(text, list);
  const ask = latest(140);
  let part = null;

  const close = () => {
    list.hidden = true;
    box.clear();
  };
  const take = (option) => {
    const end = text.selectionStart;
    const word = `${part.sign}${option.dataset.mark ?? option.dataset.insert}`;
    text.setRangeText(`${word} `, end - part.word.length - part.sign.length, end, "end");
    close();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  };

  text.addEventListener("input", async () => {
    part = null;
    const before = text.value.slice(0, text.selectionStart);
    for (const [pattern, kind, sign] of PARTS) {
      const found = pattern.exec(before);
      if (found && !part) part = { kind, sign, word: found[1] };
    }
    if (!part || text.selectionStart !== text.selectionEnd) return close();
    const url = new URL(address, location.href);
    url.searchParams.set("kind", part.kind);
    url.searchParams.set("q", part.word);
    const html = await ask(url);
    if (html === null || !part) return;
    list.hidden = !box.fill(html, -1);
  });
  text.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (box.move(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
    if ((event.key === "Enter" || event.key === "Tab") && box.selected() && !event.ctrlKey) {
      event.preventDefault();
      take(box.selected());
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the focus stays in the text
    const option = event.target.closest('[role="option"]');
    if (option) take(option);
  });
  text.addEventListener("blur", close);
}
