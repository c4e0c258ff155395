"use strict";
// What the page can do beyond being read: other colours, searching, sorting, zooming, the graph.
const $ = id => document.getElementById(id), root = document.documentElement;
const all = (query, from = document) => [...from.querySelectorAll(query)];
const make = (tag, text, parent) => { const it = document.createElement(tag);
  if (text) it.textContent = text; if (parent) parent.append(it); return it };
const words = text => text.toLowerCase().split(/\s+/).filter(Boolean);
const holds = (text, wanted) => { const low = text.toLowerCase(); return wanted.every(one => low.includes(one)) };
root.classList.add("js");

// ---- colours -----------------------------------------------------------------------------------
const stored = { get: () => { try { return localStorage.getItem("leafcut-theme") } catch { return null } },
  set: value => { try { localStorage.setItem("leafcut-theme", value) } catch { /* a file may not */ } } };
const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const tellTheme = () => { $("theme").textContent = isDark() ? "Light colours" : "Dark colours" };
if (stored.get() === "dark" || stored.get() === "light") root.dataset.theme = stored.get();
$("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; stored.set(root.dataset.theme); tellTheme() });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tellTheme);
tellTheme();

// ---- searching ---------------------------------------------------------------------------------
const soon = work => { let timer; return () => { clearTimeout(timer); timer = setTimeout(work, 120) } };
function searching(input, output, search) {
  if (!$(input)) return;
  const go = () => { const wanted = words($(input).value), found = search(wanted);
    if (output) $(output).textContent = wanted.length ? `${found} found` : "" };
  $(input).addEventListener("input", soon(go));
  $(input).addEventListener("keydown", event => { if (event.key === "Escape") { $(input).value = ""; go() } });
}
const groups = all("#undone details").map(it => ({ it, open: it.open, name: it.querySelector("summary").textContent,
  files: all("li", it).map(li => ({ li, text: li.textContent })) }));
searching("find-undone", "found-undone", wanted => { let found = 0;
  for (const group of groups) { let here = 0;
    for (const file of group.files) { const hit = holds(`${file.text} ${group.name}`, wanted); file.li.hidden = !hit; here += hit }
    group.it.hidden = !here; group.it.open = wanted.length ? true : group.open; found += here }
  return found });
const rows = all("#task-table tbody tr"), SHOWN = 200;    // so many at once: laying out more takes seconds
const texts = new Map(); let wantedTasks = [];
const textOf = row => { if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase()); return texts.get(row) };
function showTasks(wanted) { wantedTasks = wanted; let found = 0;
  for (const row of [...$("task-table").tBodies[0].rows]) { const hit = !wanted.length || wanted.every(one => textOf(row).includes(one));
    found += hit; const hide = !hit || found > SHOWN; if (row.hidden !== hide) row.hidden = hide }
  const more = found > SHOWN ? `, the first ${SHOWN} are shown` : "";
  $("found-task").textContent = wanted.length || more ? `${found.toLocaleString("en")} found${more}` : "" }
if (rows.length) showTasks([]);
searching("find-task", "", showTasks);

// ---- sorting -----------------------------------------------------------------------------------
const amount = text => { const value = parseFloat(text.replace(/[,+%\s]/g, "").replace("−", "")); return Number.isNaN(value) ? -1 : value };
function sort(table, at, head) {
  const up = head.getAttribute("aria-sort") === "descending", body = table.tBodies[0];
  const numeric = head.classList.contains("n");
  const keyed = [...body.rows].map(row => { const text = row.cells[at] ? row.cells[at].textContent : "";
    return { row, key: numeric ? amount(text) : text } });
  keyed.sort((a, b) => numeric ? a.key - b.key : a.key.localeCompare(b.key));
  if (!up) keyed.reverse();
  body.append(...keyed.map(one => one.row));
  all("th", table.tHead).forEach(other => { other.removeAttribute("aria-sort"); const mark = other.querySelector(".sort"); if (mark) mark.textContent = "" });
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  head.querySelector(".sort").textContent = up ? " ↑" : " ↓";
  if (table.id === "task-table") showTasks(wantedTasks);
}
for (const table of all("table.sortable")) all("thead th", table).forEach((head, at) => {
  const button = make("button", head.textContent.trim()); button.type = "button"; head.replaceChildren(button);
  const mark = make("span", "", button); mark.className = "sort"; mark.setAttribute("aria-hidden", "true");
  button.addEventListener("click", () => sort(table, at, head)) });

// ---- zooming -----------------------------------------------------------------------------------
let zoom = 1; const chart = document.querySelector("svg.wide");
for (const button of all("[data-zoom]")) button.addEventListener("click", () => {
  const frame = chart.parentElement, middle = (frame.scrollLeft + frame.clientWidth / 2) / frame.scrollWidth;
  zoom = { in: Math.min(zoom * 2, 32), out: Math.max(zoom / 2, 1), fit: 1 }[button.dataset.zoom];
  chart.style.width = `${100 * zoom}%`;
  frame.scrollLeft = middle * frame.scrollWidth - frame.clientWidth / 2 });

// ---- the graph ---------------------------------------------------------------------------------
const data = JSON.parse($("graph-data").textContent), svg = $("graph-svg"), nodes = svg ? all(".node", svg) : [];
const boxOf = []; data.boxes.forEach((tasks, box) => tasks.forEach(task => { boxOf[task] = box }));
const needed = data.needs, wantedBy = needed.map(() => []);
needed.forEach((list, at) => list.forEach(to => wantedBy[to].push(at)));
const place = nodes.map(node => node.getAttribute("transform").match(/[\d.]+/g).map(Number));
const curve = (from, to) => { const [a, b] = place[from], [c, d] = place[to], x = a + 186, bend = Math.max(24, Math.abs(c - x) / 2);
  return `M${x} ${b + 13}C${x + bend} ${b + 13} ${c - bend} ${d + 13} ${c} ${d + 13}` };
const boxes = (tasks, edges, box) => [...new Set(tasks.flatMap(task => edges[task]).map(task => boxOf[task]))].filter(one => one !== box);
const titled = task => rows[task].cells[1].firstChild.textContent;
function list(title, tasks, parent) {
  if (!tasks.length) return;
  make("p", `${title}: ${tasks.length}`, parent); const items = make("ul", "", parent);
  for (const task of tasks.slice(0, 40)) { const item = make("li", "", items), link = make("a", titled(task), item);
    link.href = `#t${task}`; make("span", ` ${rows[task].cells[0].textContent}`, item).className = rows[task].cells[0].className }
  if (tasks.length > 40) make("li", `and ${tasks.length - 40} more`, items).className = "dim";
}
function choose(box) {
  const tasks = data.boxes[box], panel = $("chosen"), edges = pick => boxes(tasks, pick, box);
  nodes.forEach((node, at) => node.classList.toggle("is-chosen", at === box));
  $("lit-before").setAttribute("d", edges(needed).map(one => curve(one, box)).join(""));
  $("lit-after").setAttribute("d", edges(wantedBy).map(one => curve(box, one)).join(""));
  panel.replaceChildren(); panel.hidden = false;
  if (tasks.length > 1) { make("h3", nodes[box].querySelector("title").textContent, panel); list("Tasks", tasks, panel); return }
  const cells = [...rows[tasks[0]].cells], heads = all("#task-table thead th").map(head => head.textContent.replace(/ [↑↓]$/, ""));
  make("h3", titled(tasks[0]), panel);
  make("p", cells.map((cell, at) => at !== 1 && heads[at] !== "Waits for" && cell.textContent ? `${heads[at]}: ${cell.textContent}` : "").filter(Boolean).join(" · "), panel);
  list("Waits for", needed[tasks[0]], panel); list("Is waited for by", wantedBy[tasks[0]], panel);
}
let at = 0;
function focus(box) { nodes[at].tabIndex = -1; at = box; nodes[at].tabIndex = 0; nodes[at].focus(); nodes[at].scrollIntoView({ block: "nearest", inline: "nearest" }) }
function beside(key) {
  const [x, y] = place[at], flat = key === "ArrowUp" || key === "ArrowDown", sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  let best = at, least = Infinity;
  place.forEach(([c, d], other) => { const along = sign * (flat ? d - y : c - x), across = Math.abs(flat ? c - x : d - y);
    if (along > 0 && (!flat || !across) && along + across * 3 < least) { least = along + across * 3; best = other } });
  return best;
}
if (nodes.length) {
  svg.setAttribute("role", "group");
  nodes.forEach((node, box) => { node.setAttribute("role", "button"); node.setAttribute("aria-label", node.querySelector("title").textContent);
    node.tabIndex = box ? -1 : 0; node.addEventListener("click", () => { focus(box); choose(box) }) });
  svg.addEventListener("keydown", event => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(at) }
    else if (event.key.startsWith("Arrow")) { event.preventDefault(); focus(beside(event.key)) } });
  const names = data.boxes.map((tasks, box) => [nodes[box].textContent, ...tasks.map(task => rows[task].cells[1].textContent)].join(" "));
  searching("find-node", "found-node", wanted => { let found = 0, first = -1;
    nodes.forEach((node, box) => { const hit = wanted.length > 0 && holds(names[box], wanted); node.classList.toggle("is-found", hit);
      if (hit) { found++; if (first < 0) first = box } });
    svg.classList.toggle("searching", wanted.length > 0);
    if (first >= 0) nodes[first].scrollIntoView({ block: "nearest", inline: "nearest" });
    return found });
  $("find-node").addEventListener("keydown", event => { const hit = nodes.findIndex(node => node.classList.contains("is-found"));
    if (event.key === "Enter" && hit >= 0) { focus(hit); choose(hit) } });
}

// ---- links into what is closed, and paper --------------------------------------------------------
function reveal() { const aim = location.hash && $(decodeURIComponent(location.hash.slice(1)));
  if (!aim) return; aim.hidden = false; for (let it = aim; it; it = it.parentElement) if (it.tagName === "DETAILS") it.open = true;
  aim.scrollIntoView({ block: aim.tagName === "TR" ? "center" : "start" }) }
addEventListener("hashchange", reveal); reveal();
let closed = [];
addEventListener("beforeprint", () => { closed = all("details:not([open]):not([data-long])"); closed.forEach(it => { it.open = true }) });
addEventListener("afterprint", () => closed.forEach(it => { it.open = false }));
