// Handing over a file: drop it or choose it, see how far it is, read what became of it.
import { $, each } from "./page.js";
import { lost } from "./toast.js";

each("[data-drop]", (zone) => {
  const field = $("input[type=file]", zone), said = $("[data-file-name]", zone), bar = $("progress", zone), form = zone.closest("form");
  const name = () => {
    const files = [...field.files];
    if (said && files.length) said.textContent = files.map((file) => `${file.name} · ${size(file.size)}`).join("；");
    if (files.length && zone.hasAttribute("data-go")) form.requestSubmit();
  };
  field.addEventListener("change", name);
  for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, (event) => { event.preventDefault(); zone.setAttribute("data-over", ""); });
  for (const type of ["dragleave", "drop"]) zone.addEventListener(type, () => zone.removeAttribute("data-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    const put = new DataTransfer();
    [...event.dataTransfer.files].slice(0, field.multiple ? undefined : 1).forEach((file) => put.items.add(file));
    field.files = put.files;
    name();
  });
  form?.addEventListener("submit", (event) => {
    if (!field.files.length || !bar) return;
    event.preventDefault();
    send(form, event.submitter, bar);
  });
});

function send(form, by, bar) {
  const request = new XMLHttpRequest();
  bar.hidden = false;
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) { bar.max = event.total; bar.value = event.loaded; } });
  request.addEventListener("error", () => { bar.hidden = true; delete form.dataset.sent; by?.removeAttribute("aria-busy"); lost(); });
  request.addEventListener("load", () => {
    if (request.responseURL && new URL(request.responseURL).pathname !== new URL(form.action).pathname) return location.assign(request.responseURL);
    // The same page again, with what was wrong: only its work changes places.
    const fresh = new DOMParser().parseFromString(request.responseText, "text/html").querySelector("#work");
    if (!fresh) return location.reload();
    $("#work").replaceChildren(...fresh.childNodes);
    window.htmx?.process($("#work"));
    document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: $("#work") } }));
  });
  request.open("POST", form.action);
  request.send(new FormData(form, by));
}

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
