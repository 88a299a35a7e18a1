// The page is drawn anew where it stands, after something was saved over it; not while somebody is in the middle of something there.

// Ticks, text that isn't saved, rows that were loaded on: what a fresh page would not have.
function isWorkedOn(main) {
  const differs = (el) =>
    ["checkbox", "radio"].includes(el.type) ? el.checked !== el.defaultChecked : el.value !== el.defaultValue;
  return "grown" in document.body.dataset || main.querySelector("[data-draft]") || [...main.querySelectorAll("input, textarea")].some(differs);
}

export async function refresh() {
  const main = document.getElementById("main");
  if (isWorkedOn(main)) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
  if (!fresh || isWorkedOn(main)) return;
  const held = main.contains(document.activeElement) && document.activeElement.getAttribute("href");
  main.replaceChildren(...fresh.childNodes);
  window.htmx?.process(main);
  document.dispatchEvent(new Event("htmx:after:swap"));
  if (held !== false) (main.querySelector(`a[href="${CSS.escape(held ?? "")}"]`) ?? main).focus({ preventScroll: true });
}
