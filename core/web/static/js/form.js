// Forms: the error summary takes the focus, look-ups become combo boxes, rows repeat.
import { announce } from "eleven/page";
import { combobox } from "eleven/combobox";

function draw(root) {
  // Parts swapped out of band lie outside the root: look everywhere.
  document.querySelectorAll("[data-combo]:not([data-ready])").forEach(combobox);
  root.querySelector("[data-error-summary]")?.focus();
}
draw(document);
for (const name of ["htmx:afterSettle", "eleven:drawn"]) {
  document.addEventListener(name, ({ detail, target }) => draw(detail?.elt ?? (detail instanceof Element ? detail : target)));
}

// A fault may concern a group of controls, which cannot have the focus itself.
document.addEventListener("click", (event) => {
  const place = document.getElementById(event.target.closest("[data-error-summary] a")?.hash.slice(1));
  if (!place) return;
  const control = place.matches("fieldset") ? place.querySelector("[aria-invalid=true]:not(fieldset)") ?? place.querySelector("button, input, select") : place;
  event.preventDefault();
  control.focus();
});

// A section that is called like an option of the field "kind" concerns only records of that kind.
function concern() {
  for (const kind of document.querySelectorAll('.form select[name="kind"]')) {
    const kinds = [...kind.options].map((option) => option.value);
    for (const section of kind.form.querySelectorAll("[data-section]")) {
      const other = kinds.includes(section.dataset.section) && section.dataset.section !== kind.value;
      section.hidden = other && !section.querySelector("[aria-invalid]");
    }
  }
}
concern();
document.addEventListener("change", (event) => event.target.matches('.form select[name="kind"]') && concern());

function number(rows) {
  rows.querySelectorAll(":scope > .rows-item").forEach((item, index) => {
    for (const node of item.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const attribute of ["name", "id", "for", "aria-describedby"]) {
        const value = node.getAttribute(attribute);
        if (value) node.setAttribute(attribute, value.replace(/(__index__|(?<=[-.])\d+(?=[-.]))/, index));
      }
    }
  });
}

function add(rows) {
  const template = rows.parentElement.querySelector(":scope > template");
  const item = template.content.firstElementChild.cloneNode(true);
  rows.append(item);
  number(rows);
  draw(item);
  item.querySelector("input, select, textarea")?.focus();
}

document.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-rows]");
  if (!tool) return;
  const action = tool.dataset.rows;
  if (action === "add") return add(tool.closest("[data-repeat]").querySelector(".rows"));
  const item = tool.closest(".rows-item");
  const rows = item.parentElement;
  if (action === "remove") {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    item.remove();
    (next?.querySelector("input, select") ?? rows.parentElement.querySelector("[data-rows=add]")).focus();
  } else {
    const other = action === "up" ? item.previousElementSibling : item.nextElementSibling;
    other?.[action === "up" ? "before" : "after"](item);
    tool.focus();
    announce(tool.title);
  }
  number(rows);
});

// A file may be dropped anywhere on its frame.
for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const frame = event.target.closest?.(".drop");
    if (!frame) return;
    event.preventDefault();
    frame.toggleAttribute("data-over", type === "dragover");
    if (type === "drop" && event.dataTransfer.files.length) frame.querySelector("input").files = event.dataTransfer.files;
  });
}

// What was typed is not lost by a careless click.
let dirty = false;
document.addEventListener("input", (event) => { dirty ||= Boolean(event.target.closest("[data-guard]")); });
document.addEventListener("submit", (event) => { if (event.target.matches("[data-guard]")) dirty = false; });
addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") event.target.closest("form")?.requestSubmit();
});
