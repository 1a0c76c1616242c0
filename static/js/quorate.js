/* What every page does where JavaScript runs: NHS.UK components, and tables that keep their roles. */

const root = document.documentElement;
root.classList.add("js-enabled");
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");

/* A table that stacks on a phone loses its roles in some browsers; this says them again. */
function nameTableParts(scope) {
  const roles = { thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };
  for (const table of scope.querySelectorAll("table.q-table")) {
    table.setAttribute("role", "table");
    for (const [name, role] of Object.entries(roles)) {
      table.querySelectorAll(name).forEach((part) => part.setAttribute("role", role));
    }
    for (const head of table.querySelectorAll("th")) {
      head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
    }
  }
}

const { initAll } = await import(document.getElementById("nhsuk-frontend").href);

/* A page that was asked for at a place on it stays there: its message is announced, not focused. */
function keepPlace(scope) {
  if (window.location.hash) {
    for (const banner of scope.querySelectorAll("[data-module=nhsuk-notification-banner]")) {
      banner.dataset.disableAutoFocus = "true";
    }
  }
}

function start(scope) {
  nameTableParts(scope);
  keepPlace(scope);
  initAll({ scope });
}

start(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) {
    start(event.detail.elt);
  }
});
