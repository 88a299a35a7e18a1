// What is pasted from a word processor or a page becomes what a text block holds: paragraphs, emphasis, lists and links. Looks stay behind,
// and with them the style attributes, which the content policy would complain about one by one.

const KEPT = new Set(["A", "B", "BLOCKQUOTE", "BR", "DIV", "EM", "FIGURE", "I", "LI", "OL", "P", "STRONG", "TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "UL"]);
const GONE = "style, script, title, meta, link, xml, img, figure:not([data-trix-attachment]), object, iframe, [data-look*='mso-list:Ignore' i]";

export function tidy(html) {
  const looks = html.replace(/<!--[\s\S]*?-->|<!\[[\s\S]*?\]>|<style[\s\S]*?<\/style>/gi, "").replace(/<[^<>]+>/g, (tag) => tag.replace(/\sstyle\s*=/gi, " data-look="));
  const page = new DOMParser().parseFromString(looks, "text/html");
  const all = (selector) => [...page.body.querySelectorAll(selector)];
  for (const item of all("[data-look*='mso-list:l' i]")) item.dataset.mark = item.querySelector("[data-look*='mso-list:Ignore' i]")?.textContent.trim() ?? "";
  for (const one of all(GONE)) one.remove();
  for (const chip of all("figure")) chip.replaceChildren(); // a personal field that was copied here: it is drawn anew
  for (const item of all("[data-mark]")) listed(item);
  for (const head of all("h1, h2, h3, h4, h5, h6")) head.replaceWith(wrapped("p", [wrapped("strong", head.childNodes)]));
  for (const one of all("[data-look]")) emphasised(one);
  for (const one of all("*").reverse()) {
    if (!KEPT.has(one.tagName)) one.replaceWith(...one.childNodes);
    else for (const { name } of [...one.attributes]) if (name !== "href" && name !== "data-trix-attachment") one.removeAttribute(name);
  }
  for (const one of all("p, div, li")) if (!one.textContent.trim() && !one.querySelector("br, table, figure")) one.remove();
  return page.body.innerHTML.trim();
}

// Word writes the items of a list as paragraphs, each with its own mark: a number, a letter or a dot.
function listed(item) {
  const tag = /^[\da-z]+[.)]$/i.test(item.dataset.mark) ? "OL" : "UL";
  const before = item.previousElementSibling;
  const list = before?.tagName === tag && "made" in before.dataset ? before : item.ownerDocument.createElement(tag);
  list.dataset.made = "";
  if (list !== before) item.before(list);
  list.append(wrapped("li", item.childNodes));
  item.remove();
}

// Some editors say only by its look that a word is strong; and one puts a <b> that is not bold around everything.
function emphasised(one) {
  const { look } = one.dataset;
  if (/^(B|STRONG)$/.test(one.tagName) && /(?<![-\w])font-weight:\s*normal/i.test(look)) return one.replaceWith(...one.childNodes);
  if (one.tagName !== "SPAN") return;
  if (/(?<![-\w])font-style:\s*italic/i.test(look)) one.replaceChildren(wrapped("em", one.childNodes));
  if (/(?<![-\w])font-weight:\s*(bold|[6-9]00)/i.test(look)) one.replaceChildren(wrapped("strong", one.childNodes));
}

function wrapped(tag, nodes) {
  const made = [...nodes][0]?.ownerDocument.createElement(tag) ?? document.createElement(tag);
  made.append(...nodes);
  return made;
}
