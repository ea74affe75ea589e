// Province, city and district are chosen one inside the other; what no list has is written, as without this.
const box = document.querySelector("[data-places]");
const NAMES = ["province", "city", "district"];

async function choose() {
  const answer = await fetch(box.dataset.places);
  if (!answer.ok) return;
  const all = await answer.json();
  const fields = NAMES.map((name) => box.querySelector(`[name=${name}]`));
  const said = fields.map((field) => field.value.trim());
  const [province, city] = said;
  // What is written already and stands in no list stays as it is written.
  const known = !province || (all[province] && (!city || all[province][city]));
  if (!known) return;
  const kept = fields.map((field) => field.cloneNode());
  const help = kept.map((field) => document.getElementById(`${field.id}-help`));
  let selects = [];

  const below = (nth) => {
    const here = selects.map((select) => select?.value);
    if (nth === 0) return Object.keys(all);
    if (nth === 1) return Object.keys(all[here[0]] ?? {});
    return all[here[0]]?.[here[1]] ?? [];
  };
  const fill = (nth, value = "") => {
    const names = below(nth), select = selects[nth];
    const options = [["", box.dataset.choose], ...names.map((name) => [name, name]), ["*", box.dataset.other]];
    if (value && !names.includes(value)) options.splice(-1, 0, [value, value]);
    select.replaceChildren(...options.map(([code, text]) => new Option(text, code)));
    // A city that is its own province, a city without districts: there is nothing to choose.
    select.value = value || (nth === 1 && names.length === 1 ? names[0] : "");
    select.disabled = nth > 0 && !selects[nth - 1].value;
  };
  const write = () => {
    const now = selects.map((select) => (select.value === "*" ? "" : select.value));
    selects.forEach((select, nth) => { kept[nth].value = now[nth]; select.replaceWith(kept[nth]); });
    help.forEach((note) => { if (note) note.hidden = false; });
    (kept.find((field) => !field.value) ?? kept[0]).focus();
    selects = [];
  };
  selects = fields.map((field, nth) => {
    const select = document.createElement("select");
    for (const { name, value } of field.attributes) if (!["type", "value", "maxlength"].includes(name)) select.setAttribute(name, value);
    select.addEventListener("change", () => {
      if (select.value === "*") return write();
      for (let next = nth + 1; next < NAMES.length; next += 1) fill(next);
      for (const each of selects) if (each.value) each.removeAttribute("aria-invalid");
    });
    return select;
  });
  NAMES.forEach((name, nth) => fill(nth, said[nth]));
  fields.forEach((field, nth) => field.replaceWith(selects[nth]));
  help.forEach((note) => { if (note) note.hidden = true; });
}

if (box) choose().catch(() => { /* Written by hand, then. */ });
