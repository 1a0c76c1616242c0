/* htmx requests carry the CSRF token of the page; its cookie is not readable from scripts. */

const token = document.querySelector('meta[name="csrf-token"]').content;

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = token;
});
