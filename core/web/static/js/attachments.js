// Files of a note: named beside the button, and one that is too large is refused before anything is sent and lost.

function fault({ files, dataset }) {
  const limit = Number(dataset.limit);
  const large = [...files].find((file) => file.size > limit);
  if (large) return dataset.tooLarge.replace("{name}", large.name);
  return [...files].reduce((sum, file) => sum + file.size, 0) > limit ? dataset.tooMuch : "";
}

function tell(input) {
  const text = fault(input);
  const place = document.getElementById(input.getAttribute("aria-describedby"));
  place.querySelector("span").textContent = text;
  place.hidden = !text;
  input.setAttribute("aria-invalid", String(Boolean(text)));
  return text;
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-composer] input[type=file]")) return;
  target.form.querySelector("[data-files]").textContent = [...target.files].map((file) => file.name).join(", ");
  tell(target);
});
document.addEventListener("submit", (event) => {
  const input = event.target.querySelector("[data-composer] input[type=file]");
  if (!input || !tell(input)) return;
  event.preventDefault();
  input.focus();
});
