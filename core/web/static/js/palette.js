// The command palette: one input, one list box, answers from the server.
import { icon } from "eleven/page";

const dialog = document.getElementById("palette");
const input = dialog.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
let pending = null;
let timer = 0;

export function openPalette() {
  document.getElementById("side").matches(":popover-open") && document.getElementById("side").hidePopover();
  dialog.showModal();
  input.select();
  ask();
}

async function ask() {
  pending?.abort();
  pending = new AbortController();
  const query = input.value.trim();
  try {
    const url = new URL(dialog.dataset.url, location.href);
    url.searchParams.set("q", query);
    const answer = await fetch(url, { signal: pending.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    draw((await answer.json()).groups, query);
  } catch (error) {
    if (error.name !== "AbortError") say(dialog.dataset.failed);
  }
}

function say(text) {
  const note = document.createElement("p");
  note.className = "palette-group";
  note.textContent = text;
  list.replaceChildren(note);
  input.removeAttribute("aria-activedescendant");
}

function draw(groups, query) {
  const filled = groups.filter((group) => group.items.length);
  if (!filled.length) return say(dialog.dataset.none.replace("{query}", query));
  let index = 0;
  list.replaceChildren(...filled.map((group) => {
    const box = document.createElement("div");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", group.label);
    const head = document.createElement("div");
    head.className = "palette-group";
    head.setAttribute("aria-hidden", "true");
    head.textContent = group.label;
    box.append(head, ...group.items.map((item) => option(item, index++)));
    return box;
  }));
  select(0);
}

function option(item, index) {
  const node = document.createElement("div");
  node.className = "palette-item";
  node.id = `palette-${index}`;
  node.setAttribute("role", "option");
  node.dataset.url = item.url;
  const label = document.createElement("span");
  label.className = "clip";
  label.textContent = item.label;
  node.append(icon(item.icon || "point", dialog.dataset.sprite), label);
  if (item.hint) {
    const hint = document.createElement("span");
    hint.className = "hint clip";
    hint.textContent = item.hint;
    node.append(hint);
  }
  return node;
}

const options = () => [...list.querySelectorAll("[role=option]")];

function select(index) {
  const all = options();
  all.forEach((node, at) => node.setAttribute("aria-selected", String(at === index)));
  all[index]?.scrollIntoView({ block: "nearest" });
  if (all[index]) input.setAttribute("aria-activedescendant", all[index].id);
}

function open(node, beside) {
  if (!node) return;
  if (beside) window.open(node.dataset.url, "_blank", "noopener");
  else location.assign(node.dataset.url);
}

input.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, 120);
});
input.addEventListener("keydown", (event) => {
  const all = options();
  const at = all.findIndex((node) => node.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    select((at + step + all.length) % all.length);
  } else if (event.key === "Enter") {
    event.preventDefault();
    open(all[at], event.ctrlKey || event.metaKey);
  }
});
list.addEventListener("pointermove", (event) => {
  const node = event.target.closest("[role=option]");
  if (node && node.getAttribute("aria-selected") !== "true") select(options().indexOf(node));
});
list.addEventListener("click", (event) => open(event.target.closest("[role=option]"), event.ctrlKey || event.metaKey));

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette]") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openPalette();
  }
});
