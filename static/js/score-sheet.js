/* The score sheet where JavaScript runs: every change is sent by itself, in order, until the server
   has committed it. The page says only what is true: saving, saved (server time), not saved yet, or
   changed elsewhere. */

const form = document.querySelector("[data-sheet]");
const token = form.querySelector("[name=csrfmiddlewaretoken]"); // another after signing in again
const stateLine = document.querySelector("[data-saved-state]");
const OWN_FIELDS = /-(key|version)$/;
const TYPING_MS = 700;
const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

/* One lane a block. The newest change waits while an older one is on its way; one whose reply never
   came is sent again first, under its own key, because the server may already have committed it. */
class Lane {
  constructor(block, url, prefix) {
    this.block = block;
    this.url = url;
    this.prefix = prefix;
    this.version = Number(this.field("version").value);
    this.waiting = null;
    this.sending = null;
    this.unsure = null;
    this.tries = 0;
    this.timer = null;
    this.typing = null;
    this.problem = "";
    this.isChangedElsewhere = false;
    this.last = this.values().toString();
  }

  field(name) {
    return form.elements[`${this.prefix}-${name}`];
  }

  isClear() {
    return !this.waiting && !this.sending && !this.unsure && this.typing === null;
  }

  /* A change gets its key once; the same change sent again carries the same key. */
  change() {
    clearTimeout(this.typing);
    this.typing = null;
    const values = this.values();
    if (values.toString() !== this.last || this.problem) {
      this.last = values.toString();
      this.waiting = values;
      this.problem = "";
    }
    this.send();
  }

  changeSoon() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.change(), TYPING_MS);
    report();
  }

  values() {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (name.startsWith(`${this.prefix}-`) && !OWN_FIELDS.test(name)) {
        body.set(name, value);
      }
    }
    return body;
  }

  async send() {
    if (this.sending || !(this.unsure || this.waiting) || this.isChangedElsewhere) {
      report();
      return;
    }
    clearTimeout(this.timer);
    if (this.unsure) {
      this.sending = this.unsure;
      this.unsure = null;
    } else {
      this.sending = this.waiting;
      this.waiting = null;
      this.sending.set(`${this.prefix}-key`, crypto.randomUUID());
      this.sending.set(`${this.prefix}-version`, String(this.version));
    }
    report();
    try {
      const reply = await fetch(this.url, {
        method: "POST",
        body: this.sending,
        redirect: "manual",
        credentials: "same-origin",
        headers: { "X-CSRFToken": token.value, Accept: "application/json" },
      });
      await this.take(reply);
    } catch {
      this.putBack("No connection.");
    }
    report();
  }

  async take(reply) {
    if (reply.ok) {
      const saved = await reply.json();
      this.version = saved.version;
      this.field("version").value = saved.version;
      this.sending = null;
      this.tries = 0;
      this.say("");
      lastSavedAt = saved.saved_at;
      this.send();
    } else if (reply.type === "opaqueredirect" || reply.status === 401) {
      this.putBack("Your session has ended. Sign in again in another tab and come back: nothing is lost.");
    } else if (reply.status === 409) {
      this.changedElsewhere((await reply.json()).saved);
    } else if (reply.status === 429 || reply.status >= 500) {
      this.putBack("The server is busy.");
    } else {
      const body = await reply.json().catch(() => ({}));
      this.sending = null;
      this.problem = body.error || "The server refused this change. Reload the page to see what is saved.";
      this.say(`Not saved: ${this.problem}`, true);
    }
  }

  /* Keep the change under its key and try again. */
  putBack(why) {
    this.unsure = this.sending;
    this.sending = null;
    const wait = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
    this.tries += 1;
    this.say(`Not saved yet. ${why}`);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  /* Show both; nothing is overwritten until the member chooses. */
  changedElsewhere(saved) {
    this.isChangedElsewhere = true;
    this.waiting = this.waiting || this.sending;
    this.sending = null;
    const line = this.block.querySelector("[data-state]");
    line.textContent = "";
    this.block.classList.add("q-criterion--changed");
    const told = document.createElement("span");
    told.textContent = `Changed elsewhere. Saved there: ${describe(saved)} `;
    const keepMine = button("Keep what is here", () => this.settle(saved, true));
    const takeTheirs = button("Take what is saved there", () => this.settle(saved, false));
    line.append(told, keepMine, " ", takeTheirs);
  }

  settle(saved, isMineKept) {
    this.isChangedElsewhere = false;
    this.block.classList.remove("q-criterion--changed");
    this.version = saved.version;
    this.field("version").value = saved.version;
    this.waiting = null;
    this.say("");
    this.last = "";
    if (isMineKept) {
      this.change();
      return;
    }
    this.show(saved);
    this.last = this.values().toString();
    report();
  }

  say(words, isWrong = false) {
    const line = this.block.querySelector("[data-state]");
    line.textContent = words;
    this.block.classList.toggle("q-criterion--error", isWrong);
  }
}

class CriterionLane extends Lane {
  show(saved) {
    const choice = saved.is_not_assessed ? "not_assessed" : String(saved.value ?? "");
    for (const radio of this.block.querySelectorAll("[type=radio]")) {
      radio.checked = radio.value === choice;
    }
    this.field("evidence").value = saved.evidence;
    this.field("not_assessed_reason").value = saved.not_assessed_reason;
    this.field("is_concern").checked = saved.is_concern;
    this.field("concern").value = saved.concern;
    unfold(this.block);
  }
}

class OverallLane extends Lane {
  show(saved) {
    for (const radio of this.block.querySelectorAll("[type=radio]")) {
      radio.checked = radio.value === saved.view;
    }
  }
}

const lanes = new Map();
let lastSavedAt = null;

function describe(saved) {
  if ("view" in saved) {
    const label = form.querySelector(`label[for="overall-${saved.view}"]`);
    return label ? label.textContent.trim() : "no view yet.";
  }
  const score = saved.is_not_assessed ? "not assessed" : saved.value === null ? "no score" : saved.value;
  return saved.evidence ? `${score}, “${saved.evidence}”` : `${score}.`;
}

function button(words, onClick) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "nhsuk-button nhsuk-button--secondary nhsuk-button--small";
  made.textContent = words;
  made.addEventListener("click", onClick);
  return made;
}

/* The one line at the top tells the worst that is true. */
function report() {
  const all = [...lanes.values()];
  const changed = all.some((lane) => lane.isChangedElsewhere);
  const refused = all.some((lane) => lane.problem);
  const waiting = all.filter((lane) => !lane.isClear());
  const isRetrying = waiting.some((lane) => lane.tries > 0);
  let state = "saved";
  let words = lastSavedAt ? `Saved at ${clock(lastSavedAt)}` : "Everything so far is saved";
  if (changed || refused) {
    state = "changed";
    words = changed ? "Changed elsewhere: choose which to keep" : "Not saved: see the marked criterion";
  } else if (isRetrying) {
    state = "kept";
    words = `Not saved yet: ${waiting.length} waiting. Keep this page open.`;
  } else if (waiting.length) {
    state = "saving";
    words = "Saving…";
  }
  if (stateLine) {
    stateLine.className = `q-saved q-saved--${state}`;
    stateLine.dataset.savedState = state;
    const text = stateLine.querySelector(".q-saved__text");
    if (text.textContent !== words) {
      text.textContent = words;
    }
  }
  const criteria = all.filter((lane) => lane instanceof CriterionLane);
  let done = 0;
  for (const lane of criteria) {
    const isDone = lane.block.querySelector("[type=radio]:checked") !== null;
    lane.block.classList.toggle("q-criterion--done", isDone);
    done += isDone ? 1 : 0;
  }
  document.querySelector("[data-done]").textContent = done;
}

function clock(moment) {
  return new Date(moment).toLocaleTimeString("en-GB", { timeZone: "Europe/London" });
}

function unfold(block) {
  const notAssessed = block.querySelector("[value=not_assessed]");
  const concern = block.querySelector("[type=checkbox]");
  if (notAssessed) {
    block.querySelector("[data-reason]").classList.toggle("q-reason--open", notAssessed.checked);
    block.querySelector("[data-concern]").classList.toggle("q-concern__text--open", concern.checked);
  }
}

function isClear() {
  return [...lanes.values()].every((lane) => lane.isClear() && !lane.problem);
}

/* Number keys score the criterion the member is in; Enter goes to the next one. */
function keys(event) {
  const isOn = document.querySelector("[data-keys-switch]").checked;
  const isTyping = event.target.matches("textarea, input:not([type=radio])");
  const block = event.target.closest("[data-criterion]");
  if (!isOn || isTyping || !block || event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  if (/^\d$/.test(event.key)) {
    const radio = block.querySelector(`[type=radio][value="${event.key}"]`);
    if (radio) {
      event.preventDefault();
      radio.focus();
      radio.click();
    }
  } else if (event.key === "Enter" && event.target.matches("[type=radio]")) {
    event.preventDefault();
    const following = block.nextElementSibling?.querySelector("[type=radio]:checked, [type=radio]");
    following?.focus();
  }
}

for (const block of form.querySelectorAll("[data-criterion]")) {
  const pk = block.dataset.criterion;
  lanes.set(block, new CriterionLane(block, `${form.dataset.base}criteria/${pk}/`, `c${pk}`));
  unfold(block);
}
const overall = form.querySelector("[data-overall]");
lanes.set(overall, new OverallLane(overall, `${form.dataset.base}overall/`, "overall"));

if (!("locked" in form.dataset)) {
  form.addEventListener("input", (event) => {
    const block = event.target.closest("[data-criterion], [data-overall]");
    unfold(block);
    if (event.target.matches("textarea, .nhsuk-input")) {
      lanes.get(block).changeSoon();
    }
  });
  form.addEventListener("change", (event) => {
    const block = event.target.closest("[data-criterion], [data-overall]");
    if (lanes.has(block)) {
      lanes.get(block).change();
    }
  });
  document.addEventListener("keydown", keys);
  window.addEventListener("online", () => lanes.forEach((lane) => lane.send()));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      lanes.forEach((lane) => lane.typing !== null && lane.change());
    } else {
      lanes.forEach((lane) => lane.send());
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isClear()) {
      event.preventDefault();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const links = [...document.querySelectorAll(".q-sheet-links__list:first-child a")];
    const here = links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = links[here + 1] || form.querySelector(".q-sheet-actions a");
    window.location.assign(next.href);
  });
}
report();
