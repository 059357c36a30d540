import { downloadScript } from "./download-script.ts";

/**
 * The only script of the pages, served as /client.js. It asks for the page again when a filter changes and puts the answer in place, so that the
 * reader keeps position, focus and open lists; without it the form's button does the same by loading the page. Parts that take long are asked for
 * after it.
 */
export const clientScript = `"use strict";
let asked = 0;
const form = () => document.getElementById("filters");
const chosen = () => {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form())) if (value !== "") query.append(name, String(value));
  return query;
};
const address = (query) => form().getAttribute("action") + "?" + query;
async function show(url, remember) {
  const number = ++asked;
  form().setAttribute("aria-busy", "true");
  let text, ok;
  try {
    const answer = await fetch(url, { headers: { accept: "text/html" } });
    ok = answer.ok;
    text = await answer.text();
  } catch {
    ok = false;
    text = "";
  }
  if (number !== asked) return;
  form().removeAttribute("aria-busy");
  const next = new DOMParser().parseFromString(text, "text/html");
  if (!ok || !next.getElementById("filters")) {
    const problem = next.getElementById("problem");
    document.getElementById("state").textContent = problem ? problem.textContent : "The server did not answer. Is strata serve still running?";
    return;
  }
  const active = document.activeElement;
  const focused = active && active.form === form() && active.name ? { name: active.name, value: active.type === "checkbox" ? active.value : undefined } : undefined;
  const open = [...document.querySelectorAll(".picker details[open]")].map(({ id }) => id);
  const [x, y] = [scrollX, scrollY];
  document.title = next.title;
  for (const part of ["header.top", "#main"]) document.querySelector(part).replaceWith(next.querySelector(part));
  if (remember) history.pushState(null, "", url);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  scrollTo(x, y);
  prepare();
  void completePage(url);
  if (focused)
    [...form().elements].find(({ name, type, value }) => name === focused.name && (focused.value === undefined ? type !== "checkbox" : value === focused.value))?.focus();
  document.getElementById("state").textContent ||= "The page shows the chosen calls.";
}
async function completePage(url) {
  const pending = () => document.querySelector("[data-pending]");
  if (!pending()) return;
  const number = asked;
  let next;
  try {
    const answer = await fetch(url + (url.includes("?") ? "&" : "?") + "complete=yes", { headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error();
    next = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    if (number === asked) document.querySelectorAll("[data-pending]").forEach((note) => { note.textContent = "This part could not be worked out."; });
    return;
  }
  if (number !== asked) return;
  for (const part of ["errors", "savings", "next"]) {
    const [old, made] = [document.getElementById(part), next.getElementById(part)];
    if (old && made) old.replaceWith(made);
  }
  prepare();
}
/** Names become buttons that narrow the page to them, headings buttons that sort, tables and charts can be taken along. */
function prepare() {
  for (const cell of document.querySelectorAll("[data-filter]:not([data-ready])")) {
    cell.dataset.ready = "";
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Show only this; with Ctrl or Command in addition to what is chosen";
    const name = cell.firstChild;
    button.append(name.textContent.trim());
    name.replaceWith(button, " ");
    button.addEventListener("click", (event) => {
      const query = chosen();
      const { filter, value } = cell.dataset;
      if (!(event.ctrlKey || event.metaKey)) query.set(filter, value);
      else if (!query.getAll(filter).includes(value)) query.append(filter, value);
      void show(address(query), true);
    });
  }
  for (const heading of document.querySelectorAll("#main thead th:not([data-ready])")) {
    heading.dataset.ready = "";
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => sortBy(heading));
  }
  addDownloads();
}
const UNITS = { k: 1e3, M: 1e6, G: 1e9 };
/** What a cell is sorted by: its first number with its unit, else its text. */
function valueOf(cell) {
  const text = cell.textContent.trim().replaceAll("\u2212", "-");
  const found = /^(?:at least )?(-?)[$]?([0-9][0-9,]*(?:[.][0-9]+)?)\\s?([kMG]?)\\s?%?$/.exec(text);
  return found ? Number(found[1] + found[2].replaceAll(",", "")) * (UNITS[found[3]] || 1) : text;
}
function sortBy(heading) {
  const down = heading.getAttribute("aria-sort") !== "descending";
  for (const other of heading.parentElement.children) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  const index = [...heading.parentElement.children].indexOf(heading);
  const body = heading.closest("table").tBodies[0];
  const rows = [...body.rows].filter((row) => row.className !== "others").map((row) => ({ row, value: valueOf(row.cells[index]) }));
  const known = ({ value }) => typeof value === "number";
  rows.sort((a, b) =>
    known(a) !== known(b) ? (known(a) ? -1 : 1) : (a.value < b.value ? -1 : a.value > b.value ? 1 : 0) * (down && known(a) ? -1 : down ? 1 : known(a) ? 1 : -1),
  );
  body.append(...rows.map(({ row }) => row), ...body.querySelectorAll("tr.others"));
}
${downloadScript}
// Not on a click: Enter in a field clicks the form's button, and the list of that field is to stay.
document.addEventListener("pointerdown", (event) => {
  for (const list of document.querySelectorAll(".picker details[open]")) if (!list.contains(event.target)) list.removeAttribute("open");
});
document.addEventListener("click", (event) => {
  const link = event.target.closest(".presets a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void show(link.getAttribute("href"), true);
});
document.addEventListener("keydown", (event) => {
  const list = event.key === "Escape" && event.target.closest(".picker details[open]");
  if (!list) return;
  list.removeAttribute("open");
  list.querySelector("summary").focus();
});
document.addEventListener("change", (event) => {
  if (event.target.form === form() && form().checkValidity()) void show(address(chosen()), true);
});
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  void show(address(chosen()), true);
});
addEventListener("popstate", () => void show(location.pathname + location.search, false));
prepare();
void completePage(location.pathname + location.search);
`;
