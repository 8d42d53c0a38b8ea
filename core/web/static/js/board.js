// Boards: a card moves by dragging, by keyboard or by its menu; the server answers
// 200 {message, version, undo_url} or 409, a problem with its title.
import { announce, post, toast } from "eleven/page";
import { onKey } from "eleven/shortcuts";

const board = () => document.querySelector("[data-board]");
const laneOf = (card) => card.closest("[data-lane]");
const cardsOf = (lane) => lane.querySelector(".lane-cards");
const nameOf = (card) => card.querySelector(".card-title").textContent.trim();
const say = (text, card, lane) => text.replace("{title}", nameOf(card)).replace("{lane}", lane.dataset.label);

async function save(card, back) {
  const lane = laneOf(card);
  try {
    const answer = await post(board().dataset.board.replace("{id}", card.dataset.card), { lane: lane.dataset.lane, version: card.dataset.version });
    const result = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      back();
      return toast(result.title ?? board().dataset.failed, { category: "error" });
    }
    settle(card, result);
    return toast(result.message ?? say(board().dataset.moved, card, lane), { undo: result.undo_url });
  } catch {
    back();
    return toast(board().dataset.failed, { category: "error" });
  }
}

function settle(card, result) {
  card.dataset.version = result.version;
  const hidden = card.querySelector('[name="version"]');
  if (hidden) hidden.value = result.version;
  recount();
}

/** Counts and sums depend on the filters: the server knows them. */
async function recount() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const head of fresh.querySelectorAll("[data-lane] .lane-head")) {
    const lane = board().querySelector(`[data-lane="${CSS.escape(head.parentElement.dataset.lane)}"]`);
    for (const part of ["[data-count]", "[data-sum]"]) lane.querySelector(part).textContent = head.querySelector(part).textContent;
  }
}

/** Remember where a card is; the result puts it back there. */
function bookmark(card) {
  const list = card.parentElement;
  const next = card.nextElementSibling;
  return () => list.insertBefore(card, next?.parentElement === list ? next : null);
}

function drag() {
  for (const list of document.querySelectorAll("[data-board] .lane-cards:not([data-ready])")) {
    list.dataset.ready = "";
    let back = null;
    window.Sortable.create(list, {
      group: "cards", draggable: ".card", filter: ".card-menu", preventOnFilter: false, animation: 120, delay: 120, delayOnTouchOnly: true, scroll: true,
      onStart: ({ item }) => { back = bookmark(item); },
      onEnd: ({ item, from, to }) => { if (from !== to) save(item, back); },
    });
  }
}
drag();
document.addEventListener("htmx:afterSettle", drag);

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-move-form]");
  if (!form) return;
  event.preventDefault();
  const card = form.closest(".card");
  const lane = board().querySelector(`[data-lane="${CSS.escape(event.submitter.value)}"]`);
  form.closest("[popover]").hidePopover();
  // The lane may be filtered away: then only the server knows it.
  if (!lane) return withLane(form, event.submitter.value).submit();
  const back = bookmark(card);
  cardsOf(lane).prepend(card);
  card.querySelector("a").focus();
  return save(card, back);
});
function withLane(form, key) {
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "lane", value: key }));
  return form;
}

// Keyboard: space picks up, arrows move, space puts down, Escape takes back.
let carried = null;

function pickUp(card) {
  carried = { card, back: bookmark(card), lane: laneOf(card) };
  card.toggleAttribute("data-carried", true);
  announce(board().dataset.picked);
}

function putDown(keep) {
  const { card, back, lane } = carried;
  carried = null;
  card.removeAttribute("data-carried");
  if (!keep) back();
  else if (laneOf(card) !== lane) save(card, back);
  card.querySelector("a").focus();
}

function carry(key) {
  const { card } = carried;
  const lane = laneOf(card);
  if (key === "ArrowUp") card.previousElementSibling?.before(card);
  else if (key === "ArrowDown") card.nextElementSibling?.matches(".card") && card.nextElementSibling.after(card);
  else {
    const next = key === "ArrowRight" ? lane.nextElementSibling : lane.previousElementSibling;
    if (!next) return;
    cardsOf(next).prepend(card);
    announce(say(board().dataset.moved, card, next));
  }
  card.querySelector("a").focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function walk(card, key) {
  const lane = laneOf(card);
  const cards = [...cardsOf(lane).querySelectorAll(".card")];
  const at = cards.indexOf(card);
  const side = key === "ArrowRight" ? lane.nextElementSibling : lane.previousElementSibling;
  const other = side && [...cardsOf(side).querySelectorAll(".card")];
  const next = key === "ArrowDown" ? cards[at + 1] : key === "ArrowUp" ? cards[at - 1] : other?.[Math.min(at, other.length - 1)];
  next?.querySelector("a").focus();
}

onKey((key, event) => {
  const card = event.target.closest?.(".card");
  const arrow = { j: "ArrowDown", k: "ArrowUp" }[key] ?? key;
  if (!card && ["j", "k"].includes(key)) board().querySelector(".card a")?.focus();
  if (!card || event.target.closest(".card-menu")) return;
  if (key === " ") {
    if (carried) putDown(true);
    else pickUp(card);
  } else if (key === "Escape" && carried) putDown(false);
  else if (arrow.startsWith("Arrow")) {
    if (carried) carry(arrow);
    else walk(card, arrow);
  } else return;
  event.preventDefault();
});
document.addEventListener("focusout", (event) => {
  // Focus that leaves for good puts the card back: nothing moves unseen.
  setTimeout(() => carried && !carried.card.contains(document.activeElement) && event.isTrusted && putDown(false), 50);
});
