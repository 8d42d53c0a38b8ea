// An @ in a note offers colleagues, in a list below the text.
import { option } from "eleven/combobox";

const BEGUN = /(?:^|\s)@([^@\n]{0,40})$/;
const taken = new Set();
const offered = (text) => [...text.closest("[data-composer]").querySelectorAll(".combo-list [role=option]")];
const marked = (text) => offered(text).find((node) => node.getAttribute("aria-selected") === "true");

function close(text) {
  text.closest("[data-composer]").querySelector(".combo-list")?.remove();
  for (const name of ["aria-controls", "aria-activedescendant"]) text.removeAttribute(name);
}

function mark(text, node) {
  offered(text).forEach((other) => other.setAttribute("aria-selected", String(other === node)));
  text.setAttribute("aria-activedescendant", node.id);
}

// Until the answer is here: Enter must never take a name that the letters have left behind.
function narrow(text, letters) {
  const word = letters.toLowerCase();
  offered(text).filter((node) => !node.dataset.label.toLowerCase().includes(word)).forEach((node) => node.remove());
  const [first] = offered(text);
  if (first) mark(text, marked(text) ?? first);
  else close(text);
}

function take(text, node) {
  const at = text.selectionStart;
  const begun = text.value.slice(0, at).match(BEGUN);
  taken.add(node.dataset.label);
  if (begun) text.setRangeText(`@${node.dataset.label} `, at - begun[1].length - 1, at, "end");
  close(text);
}

document.addEventListener("input", async ({ target: text }) => {
  if (!text.matches?.("textarea[data-mentions]")) return;
  const begun = text.value.slice(0, text.selectionStart).match(BEGUN);
  if (!begun || [...taken].some((name) => begun[1].startsWith(name))) return close(text);
  narrow(text, begun[1]);
  const url = new URL(text.dataset.mentions, location.href);
  url.searchParams.set("q", begun[1]);
  const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
  const found = answer?.ok ? (await answer.json()).results.slice(0, 6) : [];
  if (text.value.slice(0, text.selectionStart).match(BEGUN)?.[1] !== begun[1]) return; // a later letter asks anew
  close(text);
  if (!found.length) return;
  const list = document.createElement("div");
  Object.assign(list, { className: "combo-list", id: "mentions" });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", text.dataset.mentionsLabel);
  list.append(...found.map((result, index) => option(result, `mention-${index}`)));
  text.after(list);
  text.setAttribute("aria-controls", list.id);
  mark(text, list.firstElementChild);
});
document.addEventListener("keydown", (event) => {
  const text = event.target;
  const node = text.matches?.("textarea[data-mentions]") && marked(text);
  if (!node) return;
  const all = offered(text);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(text, all.at((all.indexOf(node) + step) % all.length));
  else if (event.key === "Enter" || event.key === "Tab") take(text, node);
  else if (event.key === "Escape") close(text);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
document.addEventListener("mousedown", (event) => {
  const node = event.target.closest("[data-composer] .combo-list [role=option]");
  if (!node) return;
  event.preventDefault();
  take(node.closest("[data-composer]").querySelector("textarea"), node);
});
document.addEventListener("focusout", ({ target }) => target.matches?.("textarea[data-mentions]") && close(target));
