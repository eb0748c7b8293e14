// The page of the graphs: fetches the values, shows them, and goes on doing so.

import { Chart, element, number, millis, moment, swatch } from "./chart.js";

const sum = (values) => values.reduce((sum, value) => sum + value, 0);
const known = (values) => values.filter((value) => value !== null);
const highest = (values) => millis(known(values).reduce((a, b) => Math.max(a, b), -Infinity));
const newest = (values) => millis(known(values).at(-1));

/** The columns that both tables have after those of their counts. */
const TIMES = [["Average", "averageMillis"], ["p50", "p50Millis"], ["p99", "p99Millis"]];

const counted = (key, label) => ({ key, label, style: key });
const timed = (label) => ({ key: "averageMillis", label, style: "time", scale: "ms" });

/** Both graphs: which series, and what is counted in the figures above them and in the table. */
const GRAPHS = [
  {
    id: "user-events",
    part: "userEvents",
    what: "Ingest",
    bars: [counted("accepted", "Accepted"), counted("refused", "Refused")],
    lines: [timed("Average ingest time")],
    counts: [["Accepted", "accepted"], ["Refused", "refused"]],
  },
  {
    id: "database-writes",
    part: "databaseWrites",
    what: "Write",
    bars: [counted("writes", "Writes"), counted("throttles", "Throttled")],
    lines: [{ ...counted("units", "Write units"), scale: "count" }, timed("Average write time")],
    counts: [["Writes", "writes"], ["Write units", "units"], ["Throttled", "throttles"]],
  },
];

/** One graph on the page: figures, plot, legend, table. */
class Panel {
  constructor(graph) {
    this.graph = graph;
    this.columns = [...graph.counts, ...TIMES];
    this.section = document.getElementById(graph.id);
    this.plot = this.section.querySelector(".plot");
    this.chart = new Chart(this.plot, graph);
    this.details = this.section.querySelector("details");
    this.details.addEventListener("toggle", () => this.fillTable());
    const items = [...graph.bars, ...graph.lines].map((series) => element("li", {}, swatch(series), series.label));
    this.section.querySelector(".legend").replaceChildren(...items);
  }

  show(data) {
    this.data = data;
    const part = data[this.graph.part];
    const { counts, what } = this.graph;
    const figures = [
      ...counts.map(([name, key]) => [name, number(sum(part[key]))]),
      [`${what} time, latest average`, newest(part.averageMillis)],
      [`${what} time, highest p99`, highest(part.p99Millis)],
    ];
    const shown = figures.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
    this.section.querySelector(".figures").replaceChildren(...shown);
    const title = this.section.querySelector("h2").textContent;
    const text = figures.map(([name, value]) => `${name}: ${value}`).join(", ");
    this.plot.setAttribute("role", "img");
    this.plot.setAttribute("aria-label", `${title}. ${text}. The table below has every value.`);
    this.chart.show(data, part);
    this.say(this.rows().length === 0 ? "Nothing came in during this time." : "");
    this.fillTable();
  }

  /** Words in place of a graph that has nothing to show. */
  say(words) {
    this.section.setAttribute("aria-busy", "false");
    this.plot.querySelector(".words")?.remove();
    if (words) this.plot.append(element("p", { class: "words" }, words));
  }

  /** What happened, newest first: period and values. */
  rows() {
    const part = this.data[this.graph.part];
    const row = (at, index) => [at, ...this.columns.map(([, key]) => part[key][index])];
    return this.data.times.map(row).filter(([, ...values]) => values.some(Boolean)).reverse();
  }

  fillTable() {
    if (!this.details.open || !this.data) return;
    const heads = ["From (UTC)", ...this.columns.map(([head]) => head)];
    const cell = (value, index) => (this.columns[index][1].endsWith("Millis") ? millis(value) : number(value));
    const rows = this.rows().map(([at, ...values]) => {
      const cells = values.map((value, index) => element("td", {}, cell(value, index)));
      return element("tr", {}, element("th", { scope: "row" }, moment(at)), ...cells);
    });
    const head = element("tr", {}, ...heads.map((text) => element("th", { scope: "col" }, text)));
    const filled = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
    this.details.querySelector(".scroll").replaceChildren(filled);
  }
}

const root = document.querySelector(".graphs");
const asOf = document.querySelector(".asof");
const trouble = document.querySelector(".trouble");
const button = document.querySelector(".live");
const panels = GRAPHS.map((graph) => new Panel(graph));
const refresh = Number(root.dataset.refresh);
let timer;
let failures = 0;
let live = true;
let shown = false;

async function load() {
  clearTimeout(timer);
  try {
    const signal = AbortSignal.timeout(15_000);
    const answer = await fetch(`/dashboard/data/graphs?range=${root.dataset.range}`, { signal });
    if (answer.status === 401) return signedOut();
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const data = await answer.json();
    for (const panel of panels) panel.show(data);
    asOf.textContent = `As of ${new Date(data.readAt).toISOString().slice(11, 19)} UTC.`;
    trouble.textContent = "";
    failures = 0;
    shown = true;
  } catch {
    failures += 1;
    fail();
  }
  trouble.parentElement.classList.toggle("wrong", failures > 0);
  if (live && !document.hidden) timer = setTimeout(load, wait() * 1_000);
}

/** Seconds until the next attempt. */
const wait = () => (failures > 0 ? Math.min(60, 5 * 2 ** (failures - 1)) : refresh);

function fail() {
  const next = live ? ` Trying again in ${wait()} seconds.` : "";
  trouble.textContent = `The values of the graphs do not come.${next}`;
  if (shown) return;
  for (const panel of panels) panel.say("No values yet: CloudWatch does not answer.");
}

function signedOut() {
  live = false;
  button.hidden = true;
  const next = encodeURIComponent(location.pathname + location.search);
  const link = element("a", { href: `/dashboard/sign-in?next=${next}` }, "Sign in again");
  trouble.replaceChildren("You are signed out. ", link);
}

button.hidden = false;
button.addEventListener("click", () => {
  live = !live;
  button.setAttribute("aria-pressed", String(live));
  if (live) load();
  else clearTimeout(timer);
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && live) load();
});
load();
