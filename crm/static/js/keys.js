// Keys of the whole application: c log, / and Ctrl-K search, g d / g s / g m places, j k Enter x e in lists, ? help.
// A single key never works while somebody types, in a dialog, or with Ctrl, Alt or Meta held.

const typing = (element) => element?.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]:not([contenteditable=false])");

export function wireKeys(open) {
  const places = document.querySelector("[data-places]")?.dataset ?? {};
  let afterG = 0;

  const plain = {
    c: () => open("quick-log"),
    "/": () => open("palette"),
    "?": () => open("shortcuts"),
    j: () => move(1),
    k: () => move(-1),
    x: tick,
    e: edit,
    Enter: openRow,
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && document.getElementById("palette")) {
      event.preventDefault();
      return open("palette");
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
    if (event.timeStamp - afterG < 1200 && "dsm".includes(event.key)) {
      const url = places[`go${event.key.toUpperCase()}`];
      if (url) location.assign(url);
      afterG = 0;
      return event.preventDefault();
    }
    if (event.key === "g") afterG = event.timeStamp;
    const act = plain[event.key];
    if (act && (event.key !== "Enter" || event.target === document.body || event.target.matches(".is-at"))) {
      if (act() !== false) event.preventDefault();
    }
  });
}

const rows = () => [...document.querySelectorAll("[data-rows] > tbody > tr:not(.m-group), [data-rows] > li")].filter((row) => row.offsetParent);
const current = () => document.querySelector("[data-rows] .is-at");

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(current());
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  current()?.classList.remove("is-at");
  next.classList.add("is-at");
  // The focus goes along, so that Tab continues from here and screen readers follow.
  (next.querySelector("a[href]") ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function tick() {
  const box = current()?.querySelector("input[type=checkbox]");
  if (!box) return false;
  box.click();
}

function openRow() {
  const link = current()?.querySelector("a[href]");
  if (!link) return false;
  link.click();
}

function edit() {
  const link = (current() ?? document).querySelector("[data-edit]") ?? document.querySelector("[data-edit]");
  if (!link) return false;
  link.click();
}
