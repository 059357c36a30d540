/**
 * The part of the page's script that lets a reader take charts and tables along. A table that the statement has as a file comes from the server with
 * all its lines and digits; another is written from what the page shows; a chart is saved as SVG with the colours that it has on the page.
 */
export const downloadScript = String.raw`
function addDownloads() {
  for (const region of document.querySelectorAll("#main .scroll:not([data-ready])")) {
    region.dataset.ready = "";
    const table = region.querySelector("table");
    const name = fileName(table.caption.textContent);
    const chart = region.closest("figure.chart");
    const line = document.createElement("p");
    line.className = "get";
    if (region.dataset.file) {
      const link = document.createElement("a");
      link.href = "/" + region.dataset.file + "?" + chosen();
      link.download = region.dataset.file;
      link.textContent = "Download CSV";
      line.append(link);
    } else line.append(action("Download CSV", () => save(name + ".csv", "text/csv", csvOf(table))));
    if (chart) {
      line.append(action("Download SVG", () => save(name + ".svg", "image/svg+xml", svgOf(chart))));
      chart.append(line);
    } else region.after(line);
  }
}
function action(text, run) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", run);
  return button;
}
const fileName = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "");
function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: type + ";charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
/** Plain figures without signs of currency and thousands; text that a spreadsheet would run as a formula gets an apostrophe. */
function csvOf(table) {
  const plain = (text) => (/^[-]?[$]?[0-9][0-9,]*([.][0-9]+)?$/.test(text) ? text.replace(/[$,]/g, "") : text);
  const safe = (text) => (/^-?[0-9]+([.][0-9]+)?$/.test(text) ? text : text.replace(/(^\s*|[;\t\r\n|]["' ]*)([=+\-@\uff1d\uff0b\uff0d\uff20])/g, "$1'$2"));
  const cell = (one) => {
    const text = one.dataset.exact ?? plain(one.textContent.trim().replace(/\s+/g, " ").replaceAll("\u2212", "-").replace(/^\u2013$/, ""));
    const shown = safe(text);
    return /[",;\t\r\n]/.test(shown) ? '"' + shown.replaceAll('"', '""') + '"' : shown;
  };
  return "\ufeff" + [...table.rows].map((row) => [...row.cells].map(cell).join(",") + "\r\n").join("");
}
/** The wide drawing, its colours resolved from the page's style, on the page's own ground. */
function svgOf(chart) {
  const svg = chart.querySelector(".wide svg").cloneNode(true);
  const style = getComputedStyle(document.documentElement);
  const [, , width, height] = svg.getAttribute("viewBox").split(" ");
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("width", width);
  svg.setAttribute("height", height);
  svg.setAttribute("font-family", "system-ui, sans-serif");
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [name, value] of [["width", width], ["height", height], ["fill", "var(--surface)"]]) ground.setAttribute(name, value);
  svg.prepend(ground);
  return new XMLSerializer().serializeToString(svg).replace(/var\((--[a-z0-9]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
}
`;
