// Switches on the design system's helpers (error summary, buttons that ignore a double click) where the browser can.
import { initAll } from "/assets/govuk/govuk-frontend.min.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
  initAll();
}

// A form that is on its way says so, and a form a browser brought back from its cache can be sent again.
document.addEventListener("submit", (event) => event.target.classList.add("sending"));
window.addEventListener("pageshow", () => document.querySelectorAll("form.sending").forEach((form) => form.classList.remove("sending")));
