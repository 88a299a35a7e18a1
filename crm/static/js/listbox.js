// A listbox under an input that keeps the focus: which option is selected, arrow keys, and telling the input about it.

let serial = 0;

export class Listbox {
  constructor(input, list) {
    this.input = input;
    this.list = list;
    this.at = -1;
  }

  options() {
    return [...this.list.querySelectorAll('[role="option"]')];
  }

  // Put a fragment from the server in, and select an option (-1: none).
  fill(html, select = 0) {
    this.list.innerHTML = html;
    for (const option of this.options()) {
      option.id ||= `option-${++serial}`;
      option.tabIndex = -1;
      option.setAttribute("aria-selected", "false");
    }
    this.select(this.options().length ? select : -1);
    return this.options().length;
  }

  clear() {
    this.list.replaceChildren();
    this.select(-1);
  }

  select(index) {
    const options = this.options();
    options[this.at]?.setAttribute("aria-selected", "false");
    this.at = options.length && index >= 0 ? (index + options.length) % options.length : -1;
    const option = options[this.at];
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  selected() {
    return this.options()[this.at] ?? null;
  }

  // Arrow keys; true when the key was one of them.
  move(event) {
    const steps = { ArrowDown: this.at + 1, ArrowUp: this.at - 1 };
    if (!(event.key in steps) || !this.options().length) return false;
    event.preventDefault();
    this.select(event.key === "ArrowUp" && this.at < 0 ? -1 + this.options().length : steps[event.key]);
    return true;
  }
}

// Fetch a fragment; a newer call makes an older one resolve to null, so that answers never overtake each other.
export function latest(pause = 120) {
  let running = null;
  return async (url, options = {}) => {
    running?.abort();
    const mine = (running = new AbortController());
    try {
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (mine.signal.aborted) return null;
      const answer = await fetch(url, { ...options, signal: mine.signal, headers: { "HX-Request": "true", ...options.headers } });
      return answer.ok || answer.status === 422 ? await answer.text() : null;
    } catch {
      return null; // aborted or offline: the page stays as it was
    }
  };
}
