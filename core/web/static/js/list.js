// Lists: side peek, moving and selecting by keyboard, quick search, filter and column choosers.
import { announce } from "eleven/page";
import { onKey } from "eleven/shortcuts";

const list = document.querySelector("[data-list]");
const peek = document.getElementById("peek");
const narrow = matchMedia("(max-width: 640px)");
const rows = () => [...list.querySelectorAll("tbody tr[data-row]")];
const current = () => document.activeElement.closest?.("tr[data-row]") ?? list.querySelector("tr[data-open]");
const title = (row) => row.querySelector("th a");
const address = (row) => title(row).href;

async function openPeek(row, { push = true } = {}) {
  const answer = await fetch(address(row), { headers: { "X-Peek": "1" } });
  if (!answer.ok || answer.redirected) return location.assign(address(row));
  rows().forEach((other) => other.toggleAttribute("data-open", other === row));
  peek.innerHTML = await answer.text();
  peek.hidden = false;
  window.htmx?.process(peek);
  document.dispatchEvent(new CustomEvent("eleven:drawn", { detail: peek }));
  if (push) history.replaceState(null, "", `#peek-${row.dataset.row}`);
  announce(peek.querySelector("[data-title]")?.textContent ?? "");
}

function closePeek() {
  if (peek.hidden) return;
  const row = list.querySelector("tr[data-open]");
  peek.hidden = true;
  peek.replaceChildren();
  row?.removeAttribute("data-open");
  history.replaceState(null, "", location.pathname + location.search);
  if (row) title(row).focus();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-peek-close]")) return closePeek();
  const row = event.target.closest("[data-list] tbody tr[data-row]");
  if (!row || event.target.closest("input, label, button, td a, [popover]")) return;
  // detail is 0 when the click comes from Enter: that opens the page itself.
  if (event.detail === 0 || event.ctrlKey || event.metaKey || event.shiftKey || narrow.matches) {
    if (!event.target.closest("a")) location.assign(address(row));
    return;
  }
  event.preventDefault();
  openPeek(row);
});

function move(step) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + step))];
  if (!next) return;
  title(next).focus();
  next.scrollIntoView({ block: "nearest" });
  if (!peek.hidden) openPeek(next);
}

onKey((key, event) => {
  const row = current();
  const actions = {
    j: () => move(1), k: () => move(-1), ArrowDown: row && (() => move(1)), ArrowUp: row && (() => move(-1)),
    x: row && (() => row.querySelector(".tick")?.click()),
    " ": row && event.target.closest("th a") && (() => openPeek(row)),
    e: row && "editable" in list.dataset && peek.hidden && (() => location.assign(`${address(row)}/edit`)),
    Escape: () => closePeek(),
  };
  if (!actions[key]) return;
  if (key !== "Escape") event.preventDefault();
  actions[key]();
});

let lastTick = null;
list.addEventListener("click", (event) => {
  const tick = event.target.closest(".tick");
  if (!tick) return;
  const ticks = [...list.querySelectorAll("tbody .tick")];
  if (tick.matches("[data-all]")) ticks.forEach((other) => { other.checked = tick.checked; });
  else if (event.shiftKey && lastTick) {
    const [from, to] = [ticks.indexOf(lastTick), ticks.indexOf(tick)].sort((a, b) => a - b);
    ticks.slice(from, to + 1).forEach((other) => { other.checked = tick.checked; });
  }
  lastTick = tick;
  count(ticks);
});

function count(ticks = [...list.querySelectorAll("tbody .tick")]) {
  const chosen = ticks.filter((tick) => tick.checked).length;
  const all = list.querySelector("[data-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === ticks.length;
    all.indeterminate = chosen > 0 && chosen < ticks.length;
  }
  const label = document.querySelector("[data-bulk-count]");
  if (label) label.textContent = label.dataset.bulkCount.replace("{n}", chosen);
}
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-bulk-clear]")) return;
  list.querySelectorAll(".tick, #bulk-all").forEach((tick) => { tick.checked = false; });
  count();
});

// With Shift a header adds its column to the order, instead of opening a window as links do.
document.addEventListener("click", (event) => {
  const header = event.shiftKey && event.target.closest("a[data-add]");
  if (!header) return;
  event.preventDefault();
  location.assign(header.dataset.add);
});

// The value's name carries the operator: <group>.<field>.<operator>.
document.addEventListener("change", (event) => {
  const operator = event.target.closest("[data-operator]");
  if (!operator) return;
  const form = operator.closest("form");
  const alone = ["empty", "not_empty", "is_empty", "is_not_empty"].includes(operator.value);
  const name = `${form.dataset.group}.${form.dataset.filter}.${operator.value}`;
  form.querySelectorAll("[data-value]").forEach((node) => {
    node.name = name;
    node.disabled = alone;
  });
  form.querySelector("[data-values]").hidden = alone;
  const flag = form.querySelector("[data-flag]");
  flag.disabled = !alone;
  flag.name = name;
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-narrow]")) return;
  const words = target.value.trim().toLowerCase();
  for (const node of target.closest("[popover], main").querySelectorAll(target.dataset.narrow)) {
    node.hidden = !(node.querySelector("summary") ?? node).textContent.toLowerCase().includes(words);
  }
});

// Columns: the order of the boxes is the order that is sent.
document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-move]");
  if (!step) return;
  const item = step.closest("li");
  const other = step.dataset.move === "up" ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  other[step.dataset.move === "up" ? "before" : "after"](item);
  step.focus();
  announce(item.innerText.trim());
});
document.addEventListener("dragstart", (event) => event.target.matches?.(".columns-list li") && event.target.toggleAttribute("data-dragged", true));
document.addEventListener("dragend", (event) => event.target.removeAttribute?.("data-dragged"));
document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.(".columns-list li");
  const dragged = document.querySelector(".columns-list [data-dragged]");
  if (!over || !dragged || over === dragged) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  over[event.clientY > box.top + box.height / 2 ? "after" : "before"](dragged);
});

document.addEventListener("htmx:afterSettle", ({ target }) => {
  target.querySelector?.("[data-narrow]")?.focus();
  count();
  announce(document.getElementById("count")?.textContent ?? "");
});

const wanted = location.hash.match(/^#peek-(.+)$/);
const row = wanted && list.querySelector(`tr[data-row="${CSS.escape(wanted[1])}"]`);
if (row) openPeek(row, { push: false });
count();
