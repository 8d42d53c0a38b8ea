// A record, whole or beside a list: composer and editing in place.
import "eleven/attachments";
import "eleven/mention";

function focusEdit(root) {
  const form = root.matches?.("[data-editing]") ? root : root.querySelector?.("[data-editing]");
  const control = form?.querySelector("input:not([type=hidden]), select:not([hidden]), textarea");
  control?.focus();
  control?.select?.();
}
document.addEventListener("htmx:afterSettle", ({ target }) => {
  focusEdit(target);
  // A saved or cancelled property gives the focus back to its pencil.
  if (target.matches?.(".prop:not([data-editing])")) target.querySelector(".prop-edit")?.focus();
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-editing]");
  if (form && event.key === "Escape" && !event.defaultPrevented) {
    event.preventDefault();
    form.querySelector("[data-cancel]").click();
  }
});
// A click on a value edits it; one that has marked text for copying does not.
document.addEventListener("click", (event) => {
  if (event.target.closest("a, button, input, select, textarea, label") || String(getSelection())) return;
  event.target.closest(".prop-value")?.querySelector(".prop-edit")?.click();
});

// What is saved in one place may stand in others: the heading, derived values, the timeline.
document.addEventListener("saved", async ({ detail }) => {
  const root = document.querySelector(`[data-record="${CSS.escape(detail.url)}"]`);
  const answer = root && await fetch(detail.url, { headers: { Accept: "text/html" } });
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const heading = root.closest("#peek") ? null : document.querySelector(".topbar h1");
  if (heading) {
    heading.textContent = fresh.querySelector(".topbar h1").textContent;
    document.title = fresh.title;
  }
  for (const part of fresh.querySelectorAll(".record-head, .record .timeline, .prop[id]")) {
    const old = root.querySelector(part.id && part.matches(".prop") ? `#${CSS.escape(part.id)}` : `.${part.classList[0]}`);
    if (!old || old.matches("[data-editing]") || old.contains(document.activeElement) || old.innerHTML === part.innerHTML) continue;
    if (old.id) part.id = old.id;
    old.replaceWith(part);
    window.htmx?.process(part);
  }
});

document.addEventListener("change", (event) => {
  const composer = event.target.closest("[data-composer]");
  if (!composer) return;
  if (event.target.name === "kind" && event.target.dataset.placeholder) composer.querySelector("textarea").placeholder = event.target.dataset.placeholder;
});
