// The sum of what is chosen, a step at a time, and one press that counts. Without it the form works all the same.
const form = document.querySelector("[data-stall]");
if (form) {
  const fields = [...form.querySelectorAll("[data-price]")];
  const says = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: form.dataset.currency, currencyDisplay: "narrowSymbol" });
  const of = (field) => Math.max(0, Math.min(Number(field.dataset.most), parseInt(field.value, 10) || 0));
  const sum = () => {
    const minor = fields.reduce((all, field) => all + of(field) * Number(field.dataset.price), 0);
    form.querySelector("[data-sum]").hidden = !minor;
    form.querySelector("[data-sum-says]").textContent = says.format((minor + Number(form.dataset.freight)) / 10 ** says.resolvedOptions().maximumFractionDigits);
  };
  for (const field of fields) {
    const place = field.closest("[data-count]");
    for (const [name, step] of [["[data-less]", -1], ["[data-more]", 1]]) {
      const button = place.querySelector(name);
      button.hidden = field.disabled;
      button.addEventListener("click", () => {
        field.value = Math.max(0, Math.min(Number(field.dataset.most), of(field) + step)) || "";
        sum();
      });
    }
    field.addEventListener("input", sum);
  }
  form.addEventListener("submit", () => setTimeout(() => { form.querySelector("[data-send]").disabled = true; }));
  window.addEventListener("pageshow", (event) => { if (event.persisted) form.querySelector("[data-send]").disabled = false; });
  sum();
  form.closest("main").querySelector(".stall-stop")?.focus();
}
