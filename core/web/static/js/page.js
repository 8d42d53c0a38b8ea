// What several scripts share: talking to the server and to the person.

const template = document.getElementById("toast-template");
const region = document.getElementById("toasts");
const LIFETIME = 8000;

export const csrf = () => document.querySelector('meta[name="csrf-token"]').content;

/** POST form values; resolves to the Response whatever its status. */
export function post(url, values) {
  return fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": csrf(), Accept: "application/json", "X-Requested-With": "fetch" },
    body: new URLSearchParams(values),
  });
}

/** Show a message that leaves by itself; `undo` is a URL to POST to. */
export function toast(message, { category = "message", undo = null } = {}) {
  const node = template.content.firstElementChild.cloneNode(true);
  node.className = `toast toast-${category}`;
  node.querySelector("span").textContent = message;
  const form = node.querySelector("form");
  if (undo) form.action = undo;
  else form.remove();
  region.append(node);
  fade(node);
}

function fade(node) {
  let timer = setTimeout(() => node.remove(), LIFETIME);
  const wait = () => clearTimeout(timer);
  const resume = () => { timer = setTimeout(() => node.remove(), LIFETIME); };
  node.addEventListener("pointerenter", wait);
  node.addEventListener("focusin", wait);
  node.addEventListener("pointerleave", resume);
}

export function announce(text) {
  const live = document.getElementById("announce");
  live.textContent = "";
  requestAnimationFrame(() => { live.textContent = text; });
}

/** True where a letter is text and not a shortcut. */
export const typing = (target) =>
  target.isContentEditable || target.matches?.("input:not([type=checkbox],[type=radio]), textarea, select, [role=combobox]");

export const visible = (selector, root = document) => [...root.querySelectorAll(selector)].find((node) => node.checkVisibility());

export function icon(name, sprite) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}
