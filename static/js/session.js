/* Warns five minutes before the session ends for idleness, and says so when it has ended. Only the
   server knows when that is, since other tabs and saving by itself are work too: so it is asked
   before anything is shown. Without JavaScript the session simply ends; nothing saved is lost. */

const dialog = document.getElementById("session-end");
const WARNING_MS = 5 * 60 * 1000;
const RETRY_MS = 15 * 1000;
const LONGEST_MS = 24 * 60 * 60 * 1000;
const tabs = new BroadcastChannel("quorate-session");

let endsAt = Date.now() + Number(dialog.dataset.seconds) * 1000;
let timer = null;
let ticking = null;
let state = "";
let isWarned = false;

function remaining() {
  return endsAt - Date.now();
}

function lookIn(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(look, Math.min(Math.max(milliseconds, 0), LONGEST_MS));
}

/* Asking is no work: it does not keep the session alive. */
async function ask(method) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  return fetch(dialog.dataset.url, {
    method,
    credentials: "same-origin",
    redirect: "manual",
    headers: { Accept: "application/json", "X-CSRFToken": token },
  });
}

async function look() {
  clearTimeout(timer);
  try {
    await take(await ask("GET"));
  } catch {
    if (remaining() > 0) {
      show("ending");
    }
    lookIn(RETRY_MS);
  }
}

async function take(reply) {
  if (reply.status === 401) {
    show("ended");
    return;
  }
  if (!reply.ok) {
    lookIn(RETRY_MS);
    return;
  }
  const found = await reply.json();
  if (String(found.person) !== dialog.dataset.person) {
    show("ended");
    return;
  }
  renewForms(found.token);
  endsAt = Date.now() + found.seconds * 1000;
  if (remaining() > WARNING_MS) {
    hide();
    lookIn(remaining() - WARNING_MS);
  } else {
    show(found.can_stay ? "ending" : "last");
    lookIn(remaining() + 1000);
  }
}

/* Signing in again changes the token; forms that were filled in before can still be sent. */
function renewForms(token) {
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
    field.value = token;
  }
}

async function stay() {
  const problem = dialog.querySelector("[data-session-problem]");
  problem.textContent = "";
  try {
    const reply = await ask("POST");
    if (reply.status === 403) {
      await look();
      return;
    }
    await take(reply);
    tabs.postMessage({ seconds: remaining() / 1000, person: dialog.dataset.person });
  } catch {
    problem.textContent = "No connection. Try again in a moment.";
  }
}

function count() {
  const minutes = Math.ceil(remaining() / 60000);
  const words = minutes > 1 ? `${minutes} minutes` : minutes === 1 ? "1 minute" : "a moment";
  for (const place of dialog.querySelectorAll("[data-session-left]")) {
    if (place.textContent !== words) {
      place.textContent = words;
    }
  }
}

function show(wanted) {
  count();
  if (state === wanted || (wanted === "last" && isWarned)) {
    return;
  }
  hide();
  state = wanted;
  isWarned = isWarned || wanted === "last";
  for (const part of dialog.querySelectorAll("[data-session-state]")) {
    part.hidden = part.dataset.sessionState !== wanted;
  }
  dialog.setAttribute("aria-labelledby", `session-${wanted}`);
  dialog.setAttribute("aria-describedby", `session-${wanted}-text`);
  dialog.showModal();
  dialog.querySelector("[data-session-state]:not([hidden]) :is(button, a)").focus();
  ticking = setInterval(count, 1000);
}

function hide() {
  clearInterval(ticking);
  state = "";
  if (dialog.open) {
    dialog.close();
  }
}

dialog.querySelector("[data-session-stay]").addEventListener("click", stay);
dialog.querySelectorAll("[data-session-close]").forEach((button) => {
  button.addEventListener("click", () => dialog.close());
});
dialog.addEventListener("cancel", (event) => {
  if (state === "ending") {
    event.preventDefault();
    stay();
  }
});

/* Another tab was opened, or is kept alive there: the session ends at another time now. */
tabs.addEventListener("message", ({ data }) => {
  endsAt = Date.now() + data.seconds * 1000;
  if (state || data.person !== dialog.dataset.person) {
    look();
  } else {
    lookIn(remaining() - WARNING_MS);
  }
});
tabs.postMessage({ seconds: remaining() / 1000, person: dialog.dataset.person });

/* A device that slept, or a page brought back by the back button, has missed its moment. */
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && (state || remaining() < WARNING_MS)) {
    look();
  }
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    look();
  }
});

lookIn(remaining() - WARNING_MS);
