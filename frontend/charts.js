// Charts from data that stand in the page:
//
//   <figure>
//     <div data-chart role="img" aria-label="…"></div>
//     <script type="application/json">{"kind": "trend", …}</script>
//   </figure>
//
// kinds (all numbers are numbers or null, all texts are ready to read, in the reader's language):
//   trend   {x: ["2023", …], series: [{name, values, dashed?}], target?, target_name?, unit?, precision?, zero?}
//   bars    {categories: ["甲市", …], values, states?: ["reached"|"on_course"|"behind"|"unknown"], target?, target_name?,
//            name?, unit?, precision?}      drawn in the order given, the first at the top
//   funnel  {steps: [{name, value}], unit?}
//   control {x, values, centre, upper, lower, names?: {centre, upper, lower}, unit?, precision?}
//   option  {option}                        an option of the chart library itself
//
// No eval and no style attribute, so the pages' Content-Security-Policy needs no exception. On paper the same chart is
// drawn again in black and white, with dashes, marks and patterns instead of colours.
import { init, use } from "echarts/core";
import { BarChart, FunnelChart, LineChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
} from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

use([
  BarChart,
  FunnelChart,
  LineChart,
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
  CanvasRenderer,
]);

const FONT = '"PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", sans-serif';
const SCREEN = {
  light: {
    text: "#1f2937", faint: "#5b6675", line: "#d5dae1", back: "#ffffff",
    series: ["#0b5cad", "#b45309", "#0f766e", "#7c3aed", "#be123c", "#4d7c0f"],
    state: { reached: "#0f766e", on_course: "#0b5cad", behind: "#b45309", unknown: "#6b7280" },
    target: "#9f1239",
  },
  dark: {
    text: "#e5e7eb", faint: "#a7b0bd", line: "#3b4554", back: "#182433",
    series: ["#6cb2ff", "#fbbf66", "#4fd1c0", "#c4a7ff", "#fda4af", "#bef264"],
    state: { reached: "#4fd1c0", on_course: "#6cb2ff", behind: "#fbbf66", unknown: "#a7b0bd" },
    target: "#fda4af",
  },
};
const PAPER = {
  text: "#000", faint: "#000", line: "#999", back: "#fff",
  series: ["#000", "#555", "#888", "#000", "#555", "#888"],
  state: { reached: "#000", on_course: "#555", behind: "#bbb", unknown: "#fff" },
  target: "#000",
};
const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 2], [12, 4]];
const MARKS = ["circle", "rect", "triangle", "diamond", "emptyCircle", "emptyRect"];
const STATE_PATTERNS = { reached: null, on_course: 0, behind: Math.PI / 4, unknown: Math.PI / 2 };

let onPaper = false;
const mounted = new Map(); // element → {chart, spec}

const palette = () =>
  onPaper ? PAPER : SCREEN[document.documentElement.getAttribute("data-bs-theme") === "dark" ? "dark" : "light"];

function written(spec) {
  const format = new Intl.NumberFormat(document.documentElement.lang || undefined, {
    minimumFractionDigits: spec.precision ?? 0,
    maximumFractionDigits: spec.precision ?? 6,
  });
  const unit = spec.unit ? (spec.unit === "%" ? " %" : ` ${spec.unit}`) : "";
  return (value) => (value === null || value === undefined || Number.isNaN(value) ? "–" : format.format(value) + unit);
}

function base(colours) {
  return {
    animation: false,
    backgroundColor: "transparent",
    color: colours.series,
    textStyle: { fontFamily: FONT, fontSize: 13, color: colours.text },
    aria: { enabled: true, decal: { show: false }, label: { enabled: false } },
    // Drawn by the chart itself: the other kind of tooltip sets style attributes.
    tooltip: {
      renderMode: "richText",
      confine: true,
      backgroundColor: colours.back,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontFamily: FONT, fontSize: 13 },
    },
    grid: { left: 8, right: 24, top: 36, bottom: 8, containLabel: true },
  };
}

const axis = (colours, more) => ({
  axisLine: { lineStyle: { color: colours.line } },
  axisTick: { lineStyle: { color: colours.line } },
  axisLabel: { color: colours.faint, fontFamily: FONT, fontSize: 12 },
  splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
  ...more,
});

function level(spec, colours, value, name, dash, along) {
  const say = written(spec);
  return {
    silent: true,
    symbol: "none",
    lineStyle: { color: colours.target, type: dash, width: 1.5 },
    label: {
      formatter: [name, say(value)].filter(Boolean).join(" "),
      color: colours.target,
      fontFamily: FONT,
      // Outside the drawing: above the bars, or at the right end of the line, where nothing else is written.
      position: along === "xAxis" ? "start" : "end",
    },
    data: [{ [along]: value }],
  };
}

function trend(spec, colours) {
  const say = written(spec);
  const several = spec.series.length > 1;
  const bounds = [...spec.series.flatMap((s) => s.values), spec.target].filter((v) => typeof v === "number");
  return {
    ...base(colours),
    tooltip: { ...base(colours).tooltip, trigger: "axis", valueFormatter: say },
    grid: { ...base(colours).grid, right: typeof spec.target === "number" ? margin([`${spec.target_name || ""} ${say(spec.target)}`]) : 24 },
    legend: { show: several, top: 0, right: 0, textStyle: { color: colours.text, fontFamily: FONT } },
    xAxis: axis(colours, { type: "category", data: spec.x, boundaryGap: spec.x.length < 2 }),
    // A rate near 91 % drawn from zero shows a flat line: the axis starts at zero only where that is asked for.
    yAxis: axis(colours, { type: "value", scale: !spec.zero, ...(spec.zero ? { min: 0 } : room(bounds)) }),
    series: spec.series.map((s, i) => ({
      type: "line",
      name: s.name,
      data: s.values,
      connectNulls: false,
      symbol: MARKS[i % MARKS.length],
      symbolSize: 7,
      lineStyle: { width: 2.5, type: s.dashed ? "dashed" : several ? DASHES[i % DASHES.length] : "solid" },
      itemStyle: { color: colours.series[i % colours.series.length] },
      ...(i === 0 && typeof spec.target === "number"
        ? { markLine: level(spec, colours, spec.target, spec.target_name, "dashed", "yAxis") }
        : {}),
    })),
  };
}

// Round numbers below the least and above the greatest: the target line must be on the picture even where every value
// lies on one side of it, and the marks of the axis must be numbers that people would choose.
function room(values) {
  if (!values.length) return {};
  const low = Math.min(...values);
  const high = Math.max(...values);
  const rough = (high - low || Math.abs(high) || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = [1, 2, 2.5, 5, 10].find((nice) => nice * power >= rough) * power;
  const tidy = (value) => Number(value.toPrecision(12));
  return {
    min: tidy(Math.floor(low / interval) * interval),
    max: tidy(Math.ceil(high / interval) * interval),
    interval: tidy(interval),
  };
}

// Room at the right for what is written at the end of a line.
const margin = (texts) => 16 + Math.max(0, ...texts.map((text) => [...text].reduce((w, c) => w + (c > "\u2e80" ? 13 : 7.5), 0)));

function bars(spec, colours) {
  const say = written(spec);
  const painted = spec.values.map((value, i) => {
    const state = spec.states?.[i];
    const turn = STATE_PATTERNS[state];
    return {
      value,
      itemStyle: {
        color: state ? colours.state[state] : colours.series[0],
        ...(onPaper ? { borderColor: "#000", borderWidth: 1 } : {}),
        ...(onPaper && typeof turn === "number"
          ? { decal: { symbol: "rect", color: "#fff", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: turn } }
          : {}),
      },
    };
  });
  return {
    ...base(colours),
    grid: { left: 8, right: 72, top: typeof spec.target === "number" ? 32 : 8, bottom: 8, containLabel: true },
    tooltip: { ...base(colours).tooltip, trigger: "item", valueFormatter: say },
    xAxis: axis(colours, { type: "value" }),
    yAxis: axis(colours, { type: "category", data: spec.categories, inverse: true, splitLine: { show: false } }),
    series: [
      {
        type: "bar",
        name: spec.name,
        data: painted,
        barMaxWidth: 22,
        label: { show: true, position: "right", formatter: ({ value }) => say(value), color: colours.text, fontFamily: FONT },
        ...(typeof spec.target === "number"
          ? { markLine: level(spec, colours, spec.target, spec.target_name, "dashed", "xAxis") }
          : {}),
      },
    ],
  };
}

function funnel(spec, colours) {
  const say = written(spec);
  const first = spec.steps[0]?.value || 0;
  return {
    ...base(colours),
    tooltip: { ...base(colours).tooltip, trigger: "item", valueFormatter: say },
    series: [
      {
        type: "funnel",
        sort: "none",
        left: 8,
        right: "45%",
        top: 8,
        bottom: 8,
        gap: 3,
        min: 0,
        max: first || 1,
        minSize: "2%",
        label: {
          position: "right",
          color: colours.text,
          fontFamily: FONT,
          formatter: ({ name, value }) =>
            `${name}  ${say(value)}${first ? `  (${Math.round((1000 * value) / first) / 10} %)` : ""}`,
        },
        labelLine: { lineStyle: { color: colours.line } },
        itemStyle: { color: colours.series[0], borderColor: colours.back, borderWidth: 1 },
        data: spec.steps,
      },
    ],
  };
}

function control(spec, colours) {
  const names = spec.names || {};
  const drawn = trend({ ...spec, series: [{ name: spec.name, values: spec.values }] }, colours);
  const outside = (v) => typeof v === "number" && (v > spec.upper || v < spec.lower);
  const [line] = drawn.series;
  line.data = spec.values.map((value) =>
    outside(value) ? { value, symbol: "diamond", symbolSize: 14, itemStyle: { color: colours.target } } : value,
  );
  line.markLine = level(spec, colours, spec.centre, names.centre, "solid", "yAxis");
  const dashed = { type: "dashed" };
  drawn.grid.right = margin(["centre", "upper", "lower"].map((which) => label(names[which], spec[which])));
  line.markLine.data = [
    { yAxis: spec.centre, lineStyle: { color: colours.faint }, label: { formatter: label(names.centre, spec.centre) } },
    { yAxis: spec.upper, lineStyle: dashed, label: { formatter: label(names.upper, spec.upper) } },
    { yAxis: spec.lower, lineStyle: dashed, label: { formatter: label(names.lower, spec.lower) } },
  ];
  Object.assign(drawn.yAxis, room([...spec.values, spec.upper, spec.lower].filter((v) => typeof v === "number")));
  return drawn;

  function label(name, value) {
    return [name, written(spec)(value)].filter(Boolean).join(" ");
  }
}

const KINDS = {
  trend,
  bars,
  funnel,
  control,
  option: (spec, colours) => ({ ...base(colours), ...spec.option }),
};

function specOf(element) {
  const holder = element.parentElement;
  const script = element.querySelector('script[type="application/json"]') || holder?.querySelector('script[type="application/json"]');
  return script ? JSON.parse(script.textContent) : null;
}

function height(spec) {
  if (spec.height) return spec.height;
  if (spec.kind === "bars") return 48 + 30 * spec.categories.length;
  if (spec.kind === "funnel") return 24 + 44 * spec.steps.length;
  return 280;
}

function draw(held) {
  held.chart.setOption(KINDS[held.spec.kind](held.spec, palette()), { notMerge: true });
  held.chart.getZr().flush(); // now, not at the next frame: paper does not wait
}

/** Draw the chart of an element (or draw it anew). Returns false where there are no data to draw. */
function mount(element) {
  const spec = specOf(element);
  if (!spec || !KINDS[spec.kind]) return false;
  unmount(element);
  element.style.height = `${height(spec)}px`;
  const held = { spec, chart: init(element, null, { renderer: "canvas", devicePixelRatio: Math.max(2, devicePixelRatio || 1) }) };
  mounted.set(element, held);
  draw(held);
  resizer.observe(element);
  element.setAttribute("data-chart-drawn", "");
  return true;
}

function unmount(element) {
  const held = mounted.get(element);
  if (!held) return;
  resizer.unobserve(element);
  held.chart.dispose();
  mounted.delete(element);
}

function mountAll(root = document) {
  for (const element of root.querySelectorAll?.("[data-chart]:not([data-chart-drawn])") ?? []) mount(element);
}

function redraw() {
  for (const [element, held] of mounted) {
    if (element.isConnected) draw(held);
    else unmount(element);
  }
}

const resizer = new ResizeObserver((entries) => {
  for (const { target } of entries) mounted.get(target)?.chart.resize();
});

function paper(print) {
  if (onPaper === print) return;
  onPaper = print;
  redraw();
}

// A page with several charts may ask for this file more than once.
if (!window.PinzhiCharts) {
  window.PinzhiCharts = { mount, mountAll, unmount };
  addEventListener("beforeprint", () => paper(true));
  addEventListener("afterprint", () => paper(false));
  matchMedia("print").addEventListener("change", (event) => paper(event.matches));
  new MutationObserver(redraw).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-bs-theme"],
  });
  document.addEventListener("htmx:afterSettle", (event) => mountAll(event.target));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => mountAll());
  else mountAll();
}
