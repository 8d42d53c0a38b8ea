// A look-up over a native <select>: the select keeps the value, the text box asks data-lookup?q= for
// {results: [{value, label, hint}]}. Pattern: ARIA combobox with list autocomplete.

let serial = 0;

export function option({ value, label, hint }, id) {
  const node = document.createElement("div");
  node.id = id;
  node.setAttribute("role", "option");
  node.setAttribute("aria-selected", "false");
  Object.assign(node.dataset, { value, label });
  const [name, more] = [document.createElement("span"), document.createElement("span")];
  name.textContent = label;
  more.className = "mute small";
  more.textContent = hint ?? "";
  node.append(name, more);
  return node;
}

export function combobox(box) {
  box.setAttribute("data-ready", "");
  const select = box.querySelector("select");
  const input = box.querySelector("input[data-text]");
  const multiple = select.multiple;
  const list = document.createElement("div");
  const state = { at: -1, timer: 0, request: null };
  serial += 1;
  Object.assign(list, { className: "combo-list", id: `combo-${serial}`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label") || input.labels[0]?.textContent.trim() || box.dataset.label);
  box.append(list);
  // The label of the field now names the text box.
  const id = select.id;
  select.id = `${id}-value`;
  input.id = id;
  select.hidden = true;
  input.removeAttribute("name");
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off" })) input.setAttribute(name, value);

  const options = () => [...list.querySelectorAll("[role=option]")];
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const shown = () => (multiple ? "" : select.selectedOptions[0]?.value ? select.selectedOptions[0].textContent.trim() : "");

  function chips() {
    box.querySelectorAll(".chip").forEach((chip) => chip.remove());
    if (!multiple) { input.value = shown(); return; }
    for (const option of select.selectedOptions) {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "chip button-small";
      chip.textContent = `${option.textContent.trim()} ×`;
      chip.setAttribute("aria-label", `${box.dataset.remove} ${option.textContent.trim()}`);
      chip.addEventListener("click", () => { option.selected = false; chips(); input.focus(); });
      input.before(chip);
    }
  }

  function choose(value, label) {
    const known = [...select.options].find((option) => option.value === value);
    if (known) known.selected = true;
    else select.add(new Option(label, value, true, true));
    input.value = "";
    chips();
    close();
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function mark(index) {
    state.at = index;
    options().forEach((node, at) => node.setAttribute("aria-selected", String(at === index)));
    const node = options()[index];
    if (node) { input.setAttribute("aria-activedescendant", node.id); node.scrollIntoView({ block: "nearest" }); }
  }

  function draw(results, query) {
    const typed = box.dataset.create !== undefined && query && !results.some((result) => result.label === query);
    const all = typed ? [...results, { value: query, label: query, hint: box.dataset.create }] : results;
    list.replaceChildren(...all.map((result, index) => option(result, `${list.id}-${index}`)));
    if (!all.length) {
      const none = document.createElement("div");
      none.className = "none";
      none.textContent = box.dataset.none;
      list.append(none);
    }
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(all.length ? 0 : -1);
  }

  async function ask() {
    const query = input.value === shown() ? "" : input.value.trim();
    if (!box.dataset.lookup) {
      const known = [...select.options].filter((option) => option.value && !(multiple && option.selected));
      return draw(known.filter((option) => option.text.toLowerCase().includes(query.toLowerCase())).map((option) => ({ value: option.value, label: option.text.trim() })), query);
    }
    state.request?.abort();
    state.request = new AbortController();
    const url = new URL(box.dataset.lookup, location.href);
    url.searchParams.set("q", query);
    try {
      const answer = await fetch(url, { signal: state.request.signal, headers: { Accept: "application/json" } });
      draw(answer.ok ? (await answer.json()).results : [], query);
    } catch (error) {
      if (error.name !== "AbortError") draw([], query);
    }
    return undefined;
  }

  input.addEventListener("input", () => { clearTimeout(state.timer); state.timer = setTimeout(ask, 150); });
  input.addEventListener("click", () => list.hidden && ask());
  input.addEventListener("keydown", (event) => {
    const all = options();
    const waits = list.hidden && input.value.trim() && input.value !== shown();
    if ((event.key === "ArrowDown" && list.hidden) || (event.key === "Enter" && waits)) { clearTimeout(state.timer); ask(); }
    else if (event.key === "ArrowDown" && all.length) mark((state.at + 1) % all.length);
    else if (event.key === "ArrowUp" && all.length) mark((state.at - 1 + all.length) % all.length);
    else if (event.key === "Enter" && !list.hidden && all[state.at]) choose(all[state.at].dataset.value, all[state.at].dataset.label);
    else if (event.key === "Escape" && !list.hidden) { close(); event.stopPropagation(); }
    else if (event.key === "Backspace" && multiple && !input.value) { const last = [...select.selectedOptions].at(-1); if (last) last.selected = false; chips(); return; }
    else return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => {
    // An emptied box empties the field; a half-typed name is not a choice.
    if (!multiple && input.value.trim() === "" && shown()) { if (![...select.options].some((option) => option.value === "")) select.add(new Option("", ""), 0); select.value = ""; }
    clearTimeout(state.timer);
    state.request?.abort();
    chips();
    close();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const node = event.target.closest("[role=option]");
    if (node) choose(node.dataset.value, node.dataset.label);
  });
  chips();
}
