import { useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Today } from "./board";
import { timeOfDay } from "./clock";

type Slices = Today["slices"];

const SECOND_MS = 1_000;
const QUARTER_S = 900;
/** Half the working day at least, so that the first calls of the morning are not bars as wide as the page. */
const NARROWEST_S = 6 * 3_600;
const FONT = '14px "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif';
const OFFERED = "#b1b4b6";
const ANSWERED = "#1d70b8";
const ABANDONED = "#d4351c";

/** Bars by quarters of an hour: offered broad behind, answered left and abandoned right before it. */
export function Chart({ slices }: { slices: Slices }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const shown = useRef(slices);
  shown.current = slices;

  useLayoutEffect(() => {
    const box = place.current;
    if (box === null) return;
    const made = new uPlot(options(box), data(shown.current), box);
    chart.current = made;
    const fits = new ResizeObserver(() => made.setSize({ width: box.clientWidth, height: box.clientHeight }));
    fits.observe(box);
    return () => {
      fits.disconnect();
      made.destroy();
    };
  }, []);
  useLayoutEffect(() => chart.current?.setData(data(slices)), [slices]);

  return <div class="chart" ref={place} aria-hidden="true" />;
}

/** The quarters that were told, and empty ones up to the least width, by which the chart knows how wide a quarter is. */
function data(slices: Slices): uPlot.AlignedData {
  const begins = slices.map((slice) => Date.parse(slice.begin) / SECOND_MS);
  const first = begins[0] ?? 0;
  const empty = Math.max(0, NARROWEST_S / QUARTER_S - slices.length);
  const later = Array.from({ length: empty }, (_, at) => first + (slices.length + at) * QUARTER_S);
  const none = later.map(() => null);
  return [
    [...begins, ...later].map((begin) => begin + QUARTER_S / 2),
    [...slices.map((slice) => slice.offered), ...none],
    [...slices.map((slice) => slice.answered), ...none],
    [...slices.map((slice) => slice.abandoned), ...none],
  ];
}

function options(box: HTMLElement): uPlot.Options {
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    padding: [6, 22, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_, first, last) => wide(first, last) },
      y: { range: (_, _least, most) => [0, atLeast(most)] },
    },
    axes: [
      {
        font: FONT,
        size: 26,
        gap: 2,
        grid: { show: false },
        values: (_, at) => at.map((s) => timeOfDay(s * SECOND_MS)),
      },
      {
        font: FONT,
        size: 34,
        gap: 4,
        space: 26,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
        grid: { width: 1, stroke: "#e5e6e7" },
      },
    ],
    series: [{}, bars(OFFERED, 0, 0.9), bars(ANSWERED, -1, 0.42), bars(ABANDONED, 1, 0.42)],
  };
}

function bars(fill: string, align: -1 | 0 | 1, share: number): uPlot.Series {
  const paths = uPlot.paths.bars?.({ size: [share, Number.POSITIVE_INFINITY], align });
  return { fill, width: 0, points: { show: false }, ...(paths === undefined ? {} : { paths }) };
}

function wide(first: number, last: number): [number, number] {
  const from = first - QUARTER_S / 2;
  return [from, last + QUARTER_S / 2];
}

function atLeast(most: number): number {
  return Math.max(4, most);
}
