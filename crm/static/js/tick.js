// Tick boxes of a table (data-ticks) and the bar of verbs below it (data-bulk): counts, shows the bar while something is ticked,
// ticks all, none, or a range with Shift.

const wired = new WeakMap();

export function start(root) {
  for (const table of root.querySelectorAll("[data-ticks]")) {
    if (!wired.has(table)) wired.set(table, wire(table, root));
    wired.get(table)(); // new rows may have come, ticked or not
  }
}

function wire(table, root) {
  const scope = table.closest("form") ?? root;
  const bar = scope.querySelector("[data-bulk]");
  const all = table.querySelector("[data-tick-all]");
  const boxes = () => [...table.querySelectorAll("tbody input[type=checkbox]")];
  if (bar) bar.dataset.bulk = "wired";
  let last = null;

  function show() {
    const ticked = boxes().filter((box) => box.checked);
    for (const box of boxes()) box.closest("tr").classList.toggle("is-on", box.checked);
    if (bar) {
      bar.hidden = !ticked.length;
      bar.querySelector("[data-tick-count]").textContent = ticked.length.toLocaleString(document.documentElement.lang);
    }
    if (all) {
      all.checked = ticked.length > 0 && ticked.length === boxes().length;
      all.indeterminate = ticked.length > 0 && !all.checked;
    }
  }

  table.addEventListener("click", (event) => {
    if (event.target === all) {
      for (const box of boxes()) box.checked = all.checked;
    } else if (event.target.matches("tbody input[type=checkbox]")) {
      const list = boxes();
      if (event.shiftKey && last) {
        const [from, to] = [list.indexOf(last), list.indexOf(event.target)].sort((a, b) => a - b);
        for (const box of list.slice(from, to + 1)) box.checked = event.target.checked;
      }
      last = event.target;
    } else return;
    show();
  });
  bar?.querySelector("[data-tick-none]")?.addEventListener("click", () => {
    for (const box of boxes()) box.checked = false;
    show();
    all?.focus();
  });
  return show;
}
