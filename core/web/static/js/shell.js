// The frame: dialogs, menus, toasts, the token on htmx requests.
import { announce, csrf, toast } from "eleven/page";

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = csrf();
});
// A server may answer with HX-Trigger: {"toast": {"message", "category", "undo_url"}}.
document.addEventListener("toast", ({ detail }) => toast(detail.message, { category: detail.category, undo: detail.undo_url }));
document.addEventListener("announce", ({ detail }) => announce(detail.value ?? detail.message));
for (const event of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(event, () => toast(document.body.dataset.offline, { category: "error" }));
}
const isPage = (xhr) => /^\s*<!doctype/i.test(xhr.responseText);
// Field errors come back as 422 with the form in them: show them like any other answer. An error as a page of its own
// does not belong into a part of this one: its heading says what is wrong.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if ((detail.xhr.status === 422 || detail.xhr.status === 409) && !isPage(detail.xhr)) {
    detail.shouldSwap = true;
    detail.isError = false;
  }
});
document.addEventListener("htmx:responseError", ({ detail }) => {
  const page = isPage(detail.xhr) ? new DOMParser().parseFromString(detail.xhr.responseText, "text/html") : null;
  toast(page?.querySelector("h1")?.textContent ?? document.body.dataset.failed, { category: "error" });
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    opener.closest("[popover]")?.hidePopover();
    document.getElementById(opener.dataset.dialog).showModal();
  }
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(dismiss.dataset.dismiss).remove();
  if (event.target.matches("dialog[open]")) event.target.close();
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-menu]:popover-open");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll(".menu-item, button, a, input")].filter((node) => node.checkVisibility());
  items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
});

document.addEventListener("toggle", (event) => {
  const panel = event.target;
  if (!panel.matches?.("[popover]")) return;
  const opener = document.querySelector(`[popovertarget="${panel.id}"]:not([popovertargetaction])`);
  opener?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState !== "open") return;
  if (!CSS.supports("position-area", "block-end") && matchMedia("(min-width: 641px)").matches) place(panel, opener);
  if (panel.matches("[data-menu], .popover")) visible(panel)?.focus({ preventScroll: true });
}, true);

const visible = (panel) => [...panel.querySelectorAll("a, button, input:not([type=hidden]), select")].find((node) => node.checkVisibility());

// Browsers without anchor positioning.
function place(panel, opener) {
  const at = opener.getBoundingClientRect();
  const left = panel.dataset.align === "end" ? at.right - panel.offsetWidth : at.left;
  panel.style.left = `${Math.max(8, Math.min(left, innerWidth - panel.offsetWidth - 8)) + scrollX}px`;
  panel.style.top = `${Math.max(8, Math.min(at.bottom, innerHeight - panel.offsetHeight - 8)) + scrollY}px`;
}

// On a phone the pages of the settings are a row that scrolls: it begins where one is.
document.querySelector(".admin-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
  for (const key of document.querySelectorAll("[data-mac]")) key.textContent = key.dataset.mac;
}
for (const node of document.querySelectorAll("#toasts .toast")) {
  setTimeout(() => node.matches(":hover, :focus-within") || node.remove(), 10000);
}

// The exact moment stands behind a relative one: written when it is first pointed at, not hundreds of times a page.
const { lang, dataset } = document.documentElement;
const exact = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "medium", timeZone: dataset.zone });
document.addEventListener("pointerover", ({ target }) => {
  const time = target.closest?.("time[datetime]:not([title])");
  if (time) time.title = exact.format(new Date(time.dateTime));
});
