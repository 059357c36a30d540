/**
 * The page's only script, served as /client.js. It asks for the page again when a filter changes and puts the answer in place, so that the
 * reader keeps position and focus; without it the form's button does the same by loading the page. Parts that take long are asked for after it.
 */
export const clientScript = `"use strict";
let asked = 0;
const form = () => document.getElementById("filters");
const address = (from) => {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(from)) if (value !== "") query.set(name, String(value));
  return "/?" + query;
};
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
  const focused = document.activeElement && document.activeElement.getAttribute("name");
  const [x, y] = [scrollX, scrollY];
  document.title = next.title;
  for (const part of ["header.top", "#main"]) document.querySelector(part).replaceWith(next.querySelector(part));
  if (remember) history.pushState(null, "", url);
  scrollTo(x, y);
  void completePage(url);
  if (focused) form().elements.namedItem(focused)?.focus();
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
}
document.addEventListener("change", (event) => {
  if (event.target.form === form() && form().checkValidity()) void show(address(form()), true);
});
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  void show(address(form()), true);
});
addEventListener("popstate", () => void show(location.pathname + location.search, false));
void completePage(location.pathname + location.search);
`;
