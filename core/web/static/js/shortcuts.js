// Keys that belong to every page. Lists and boards add their own.
import { typing, visible } from "eleven/page";
import { openPalette } from "eleven/palette";

const STORE = "eleven.shortcuts";
const toggle = document.getElementById("shortcuts-on");
let going = 0;

export const shortcutsOn = () => localStorage.getItem(STORE) !== "off";
toggle.checked = shortcutsOn();
toggle.addEventListener("change", () => localStorage.setItem(STORE, toggle.checked ? "on" : "off"));

/** Call `handler(key, event)` for single keys outside inputs, dialogs and menus. */
export function onKey(handler) {
  document.addEventListener("keydown", (event) => {
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target);
    if (busy || !shortcutsOn() || document.querySelector("dialog[open], [popover]:popover-open")) return;
    handler(letter(event), event);
  });
}

// The key's place and not its letter, so that shortcuts work with a Russian layout switched on.
const letter = (event) => (/^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key);

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyK") {
    event.preventDefault();
    openPalette();
  }
});

/** The lines of the sidebar by the letter that leads there: their own, or the first of the last part of the address. */
function places() {
  const links = [...document.querySelectorAll(".side a.side-item")];
  const found = new Map(links.filter((link) => link.dataset.go).map((link) => [link.dataset.go, link]));
  for (const link of links) {
    const first = link.pathname.split("/").filter(Boolean).at(-1)?.[0];
    // a saved view stands at the address of its list, which is what the letter means
    if (first && !link.search && !found.has(first)) found.set(first, link);
  }
  return found;
}

const table = document.getElementById("places");
for (const [key, link] of places()) {
  const line = table.querySelector("template").content.cloneNode(true);
  line.querySelector("dt").textContent = link.querySelector(".label").textContent;
  line.querySelector("[data-letter]").textContent = key.toUpperCase();
  table.append(line);
}

onKey((key, event) => {
  if (Date.now() - going < 1200) {
    going = 0;
    const link = places().get(key);
    if (link) { event.preventDefault(); location.assign(link.href); }
    return;
  }
  const actions = {
    g: () => { going = Date.now(); },
    c: () => visible("[data-create]")?.click(),
    e: () => visible(".peek [data-edit], [data-edit]")?.click(),
    "/": () => visible("[data-search]")?.focus(),
    "?": () => document.getElementById("shortcuts").showModal(),
  };
  const shifted = event.code === "Slash" && event.shiftKey ? "?" : key;
  if (event.target.closest?.("[data-row]") && key === "e") return;
  if (actions[shifted]) {
    event.preventDefault();
    actions[shifted]();
  }
});
