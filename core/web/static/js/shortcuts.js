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

/** The line of the sidebar that a letter means: its own, or the first of the last part of the address. */
function destination(key) {
  const links = [...document.querySelectorAll(".side a[href]")];
  return links.find((link) => link.dataset.go === key)
    ?? links.find((link) => !link.dataset.go && link.pathname.split("/").filter(Boolean).at(-1)?.startsWith(key));
}

onKey((key, event) => {
  if (Date.now() - going < 1200) {
    going = 0;
    const link = destination(key);
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
