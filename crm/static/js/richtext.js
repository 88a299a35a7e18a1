// Text blocks: Trix in place of the plain field. Personal fields are chips in it and `[[name]]` in what is sent.
/* global Trix */
import { tidy } from "./paste.js";

const FIELD = /\[\[\s*([a-z_]+)\s*(?:\|([^[\]]*))?\]\]/g;
const labels = new Map([...document.querySelectorAll("[data-insert]")].map((one) => [one.dataset.insert, one.dataset.label]));
const tools = document.getElementById("text-tools");
let serial = 0;
let last = null; // where a personal field goes

// A paragraph is a <div> in the editor: a chip is a <figure>, which no <p> may hold. The server makes paragraphs of them again.
Trix.config.blockAttributes.default.breakOnReturn = true;
document.addEventListener("trix-file-accept", (event) => event.preventDefault()); // pictures are blocks of their own

export function makeRich(holder) {
  const { name, rich } = holder.dataset;
  const id = `rich-${++serial}`;
  const words = holder.querySelector("label").textContent;
  const input = Object.assign(document.createElement("input"), { type: "hidden", id, name, value: withChips(rich) });
  const toolbar = document.createElement("trix-toolbar");
  toolbar.id = `${id}-tools`;
  toolbar.append(tools.content.cloneNode(true));
  const editor = document.createElement("trix-editor");
  for (const [key, value] of [["input", id], ["toolbar", toolbar.id], ["aria-label", words], ["class", "form-control m-rich"], ["data-insertable", ""]]) {
    editor.setAttribute(key, value);
  }
  editor.addEventListener("trix-initialize", () => leaveFocus(editor, toolbar));
  editor.addEventListener("keydown", paragraph, true);
  editor.addEventListener("beforeinput", pasted, true);
  delete holder.dataset.rich;
  holder.replaceChildren(toolbar, input, editor);
}

// Trix draws what was typed in the next frame and then sets its selection, which takes the focus back from wherever the person has gone
// meanwhile. Who has gone on stays there.
function leaveFocus(editor, toolbar) {
  const manager = editor.editorController.selectionManager;
  const set = manager.setLocationRange.bind(manager);
  manager.setLocationRange = (range) => {
    const held = document.activeElement;
    set(range);
    const isElsewhere = held && held !== document.body && held !== editor && !toolbar.contains(held) && !editor.contains(held);
    if (isElsewhere && document.activeElement !== held) held.focus({ preventScroll: true });
  };
}

// What was typed and not drawn yet: positions are counted in what is drawn.
function draw(editor) {
  const { inputController, selectionManager } = editor.editorController;
  if (inputController.scheduledRender) inputController.render();
  if (document.activeElement === editor) selectionManager.updateCurrentLocationRange();
}

// Enter begins a paragraph, Shift and Enter a line: Trix makes a line of both. (A paragraph is a <div> here, because a chip is a <figure>,
// which no <p> may hold; the server makes paragraphs of them again.)
function paragraph(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  draw(event.currentTarget);
  const { editor } = event.currentTarget;
  if (editor.getDocument().getBlockAtPosition(editor.getPosition()).hasAttributes()) return; // a list has rules of its own
  event.preventDefault();
  event.stopPropagation();
  editor.recordUndoEntry("Break");
  editor.composition.insertBlockBreak();
}

function pasted(event) {
  const given = event.inputType === "insertFromPaste" && event.dataTransfer?.getData("text/html");
  if (!given || event.dataTransfer.getData("URL")) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // before Trix looks at it
  const { editor } = event.currentTarget;
  editor.recordUndoEntry("Paste");
  editor.insertHTML(tidy(given));
}

// The name and the value under which an editor's text is sent.
export function fieldOf(editor) {
  const input = document.getElementById(editor.getAttribute("input"));
  return [input.name, withoutChips(input.value)];
}

function chip(mark) {
  const [, name, fallback] = new RegExp(FIELD.source).exec(mark);
  const label = document.createElement("span");
  label.className = "m-person-mark";
  label.textContent = (labels.get(`[[${name}]]`) ?? name) + (fallback ? ` · ${fallback}` : "");
  return { content: label.outerHTML, contentType: "application/vnd.mitra.field", field: mark };
}

function withChips(html) {
  return html.replace(/<(\/?)p>/g, "<$1div>").replace(FIELD, (mark) => {
    const figure = document.createElement("figure");
    figure.setAttribute("data-trix-attachment", JSON.stringify(chip(new DOMParser().parseFromString(mark, "text/html").body.textContent)));
    return figure.outerHTML;
  });
}

function withoutChips(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const figure of page.querySelectorAll("figure")) {
    const kept = JSON.parse(figure.getAttribute("data-trix-attachment") ?? "{}");
    figure.replaceWith(kept.field ?? "");
  }
  return page.body.innerHTML;
}

export function rememberFocus(form, changed) {
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-insertable]")) last = event.target;
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    button.closest("details").open = false;
    insert(button.dataset.insert, last?.isConnected ? last : form.querySelector("trix-editor, [data-insertable]"));
    changed();
  });
}

function insert(mark, into) {
  if (!into) return;
  if (into.editor) {
    draw(into);
    into.editor.insertAttachment(new Trix.Attachment(chip(mark)));
  } else into.setRangeText(mark, into.selectionStart ?? into.value.length, into.selectionEnd ?? into.value.length, "end");
  into.focus();
}
