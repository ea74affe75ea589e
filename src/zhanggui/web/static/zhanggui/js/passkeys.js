// Passkeys: offered where the browser has them, and what went wrong is said in words.
import { $, $$ } from "./page.js";

const able = Boolean(window.PublicKeyCredential) && !/^[\d.]+$|^\[/.test(location.hostname);
$$("[data-passkey]").forEach((at) => { at.hidden = !able; });
$$("[data-no-passkey]").forEach((at) => { at.hidden = able; });

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const trouble = $("#passkey-trouble"), name = event.detail.exception?.name;
  $("p", trouble).textContent = { SecurityError: trouble.dataset.insecure, InvalidStateError: trouble.dataset.known }[name] ?? trouble.dataset.again;
  trouble.hidden = false;
});
document.addEventListener("click", () => { const trouble = $("#passkey-trouble"); if (trouble) trouble.hidden = true; }, true);
