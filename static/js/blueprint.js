/* The matrix of weights where JavaScript runs: the totals follow every key. What is saved and what
   may be saved is still the server's to say. */

const WHOLE = 100;
const form = document.querySelector("[data-weights]");

function numberIn(box) {
  const text = box.value.trim();
  return /^\d+$/.test(text) ? Number(text) : 0;
}

function sum(boxes) {
  return boxes.reduce((total, box) => total + numberIn(box), 0);
}

function inWords(total) {
  if (total === WHOLE) {
    return `The weights sum to ${WHOLE}.`;
  }
  const away = Math.abs(total - WHOLE);
  return `The weights sum to ${total}: ${away} ${total > WHOLE ? "too many" : "to go"}.`;
}

function add() {
  const rows = [...form.querySelectorAll("[data-row]")].map((row) => [
    row,
    [...row.querySelectorAll("input")],
  ]);
  for (const [row, boxes] of rows) {
    row.querySelector("[data-row-total]").textContent = sum(boxes);
  }
  form.querySelectorAll("[data-column-total]").forEach((cell, place) => {
    cell.textContent = sum(rows.map(([, boxes]) => boxes[place]));
  });
  const total = sum(rows.flatMap(([, boxes]) => boxes));
  form.querySelector("[data-total]").textContent = total;
  return total;
}

/* The words are read out, so they change when a box is left, not at every key. */
function say() {
  const line = form.querySelector("[data-sum]");
  const words = inWords(add());
  if (line.textContent !== words) {
    line.textContent = words;
  }
}

if (form) {
  form.addEventListener("input", add);
  form.addEventListener("change", say);
  say();
}
