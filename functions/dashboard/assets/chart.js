// One chart: stacked bars, lines on top, the values of a bar where the pointer is.

const DAY = 24 * 3_600_000;
const HEIGHT = 264;

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
const short = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });
// As all pages have it: what stands here is found again in a log.
const timeZone = "UTC";
const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { timeZone, day: "numeric", month: "short" });

export const number = (value) => whole.format(value);
export const millis = (value) => (Number.isFinite(value) ? `${value.toFixed(1)} ms` : "–");
export const moment = (at) => `${day.format(at)}, ${clock.format(at)}`;

/** A new element; what is text stays text. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** What a series looks like. */
export const swatch = ({ style, scale }) => element("span", { class: `swatch ${style}${scale ? " line" : ""}` });

/** From zero to a little above the highest value. */
const fromZero = (_, __, high) => [0, high > 0 ? high * 1.12 : 1];

export class Chart {
  constructor(host, graph) {
    this.host = host;
    this.graph = graph;
    this.tip = element("div", { class: "tip", hidden: "" });
    new ResizeObserver(() => this.plot?.setSize({ width: host.clientWidth, height: HEIGHT })).observe(host);
    const repaint = () => this.data && this.show(this.data, this.part, true);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    new MutationObserver(repaint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** Draws these values; the chart is made anew only where its colours or its span change. */
  show(data, part, anew = false) {
    anew ||= this.data?.periodSeconds !== data.periodSeconds;
    Object.assign(this, { data, part });
    const columns = [data.times, ...this.#stacks(), ...this.graph.lines.map(({ key }) => part[key].map((it) => it || null))];
    if (!this.plot || anew) {
      this.plot?.destroy();
      this.plot = new window.uPlot(this.#options(), columns, this.host);
      this.plot.over.append(this.tip);
    } else {
      this.plot.setData(columns);
    }
    this.#point();
  }

  /** The bars from the highest stack to the lowest, each with all below it: so they cover each other. */
  #stacks() {
    const below = this.data.times.map(() => 0);
    const stacks = this.graph.bars.map(({ key }) => {
      this.part[key].forEach((value, index) => (below[index] += value));
      return [...below];
    });
    return stacks.reverse();
  }

  #options() {
    // A colour is one of two, and only an element knows which.
    const colour = (name) => {
      this.host.style.outlineColor = `var(--${name})`;
      return getComputedStyle(this.host).outlineColor;
    };
    const half = (this.data.periodSeconds * 1_000) / 2;
    const bars = window.uPlot.paths.bars({ size: [0.75, 40], radius: 0.12 });
    const axis = {
      stroke: colour("soft"),
      font: "12px system-ui, sans-serif",
      grid: { stroke: colour("line"), width: 1 },
      ticks: { show: false },
    };
    const bar = ({ style }) => ({ scale: "count", fill: colour(style), width: 0, paths: bars, points: { show: false } });
    const line = ({ style, scale }) => ({
      scale,
      stroke: colour(style),
      width: 2,
      // A line joins neighbours; who has none is a dot.
      points: { show: true, filter: alone, size: 7, width: 0, fill: colour(style) },
    });
    return {
      ms: 1,
      tzDate: (at) => window.uPlot.tzDate(new Date(at), timeZone),
      width: this.host.clientWidth || 300,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
      scales: {
        x: { range: (_, low, high) => [low - half, high + half] },
        count: { range: fromZero },
        ms: { range: fromZero },
      },
      axes: [
        { ...axis, grid: { show: false }, size: 28, space: 64, values: (_, at, __, ___, step) => at.map((it) => label(it, step)) },
        { ...axis, scale: "count", size: 48, values: (_, all) => all.map((it) => short.format(it)) },
        { ...axis, scale: "ms", side: 1, size: 64, grid: { show: false }, values: (_, all) => all.map((it) => `${short.format(it)} ms`) },
      ],
      series: [{}, ...[...this.graph.bars].reverse().map(bar), ...this.graph.lines.map(line)],
      hooks: { setCursor: [() => this.#point()] },
    };
  }

  /** The values of the bar under the pointer. */
  #point() {
    const { left = -1, idx } = this.plot?.cursor ?? {};
    this.tip.hidden = left < 0 || idx === null || idx === undefined;
    if (this.tip.hidden) return;
    const from = this.data.times[idx];
    const when = `${moment(from)} – ${clock.format(from + this.data.periodSeconds * 1_000)} UTC`;
    const rows = [...this.graph.bars, ...this.graph.lines].map((series) => {
      const value = this.part[series.key][idx];
      const text = series.scale === "ms" ? millis(value ?? undefined) : number(value);
      return element("li", {}, swatch(series), series.label, element("b", {}, text));
    });
    this.tip.replaceChildren(element("p", { class: "when" }, when), element("ul", {}, ...rows));
    const { clientWidth } = this.plot.over;
    const width = this.tip.offsetWidth;
    const besides = left > clientWidth / 2 ? left - width - 12 : left + 12;
    const x = Math.max(0, Math.min(besides, clientWidth - width));
    this.tip.style.transform = `translate(${Math.round(x)}px, 8px)`;
  }
}

/** Where a series has a value and neither neighbour has. */
function alone(plot, series) {
  const values = plot.data[series];
  const isAlone = (value, at) => value !== null && values[at - 1] == null && values[at + 1] == null;
  return values.flatMap((value, at) => (isAlone(value, at) ? [at] : []));
}

/** A moment on the axis: the day where the axis goes by days or a day begins. */
function label(at, step) {
  return step >= DAY || at % DAY === 0 ? day.format(at) : clock.format(at);
}
