/* Passkeys: sign in with one, confirm with one, add one; says in words what went wrong.
   The options come from the page's `js_data`, or at sign-in from the form's own address. */

const { webauthnJSON } = window;

const PROBLEMS = {
  NotAllowedError:
    "No passkey was used: the request was cancelled or took too long. Nothing has changed. Try again, or use another way.",
  InvalidStateError: "This device already holds a passkey for your account. Nothing has changed.",
  SecurityError: "This address may not use passkeys. Tell your system administrator; use another way for now.",
};
const OTHER_PROBLEM =
  "The passkey did not work on this device. Nothing has changed. Try again, or use another way.";

async function readOptions(form) {
  if (form.dataset.passkey !== "login") {
    return JSON.parse(document.getElementById("js_data").textContent);
  }
  const reply = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!reply.ok) {
    throw new Error(`The server answered ${reply.status}.`);
  }
  return reply.json();
}

async function askDevice(form) {
  const options = await readOptions(form);
  if (form.dataset.passkey !== "create") {
    return webauthnJSON.get(options.request_options);
  }
  const wanted = options.creation_options;
  const alone = form.querySelector("[data-passkey-passwordless]");
  if (alone) {
    const choice = wanted.publicKey.authenticatorSelection;
    choice.residentKey = alone.checked ? "required" : "discouraged";
    choice.requireResidentKey = alone.checked;
    if (alone.checked) {
      choice.userVerification = "required";
    }
  }
  return webauthnJSON.create(wanted);
}

function prepare(form) {
  const problem = form.querySelector("[data-passkey-problem]");
  const button = form.querySelector("[data-passkey-button]");
  if (!webauthnJSON.supported()) {
    problem.textContent = "This browser cannot use passkeys.";
    return;
  }
  form.querySelector("[data-passkey-part]").hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    button.disabled = true;
    try {
      const credential = await askDevice(form);
      form.querySelector("[data-passkey-credential]").value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      problem.textContent = PROBLEMS[error.name] ?? OTHER_PROBLEM;
      button.disabled = false;
      button.focus();
    }
  });
}

document.querySelectorAll("form[data-passkey]").forEach(prepare);
