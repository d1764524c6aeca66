/** Bars as SVG: they are read in light and in dark, and every bar says its number in words too. */

export interface Bar {
  /** Of the project itself, or of what it is compared with. */
  readonly of: "ours" | "other";
  readonly value: number;
  readonly said: string;
}

export interface Group {
  readonly label: string;
  readonly bars: readonly Bar[];
}

export interface Chart {
  readonly title: string;
  readonly note: string;
  readonly groups: readonly Group[];
  /** Targets, as lines across the bars. */
  readonly marks?: readonly Mark[];
}

type Mark = Readonly<{ value: number; label: string }>;

/** In pixels: the bars go from `left` to `right` at most, and their numbers stand beyond that. */
const SIZE = { width: 720, edge: 20, left: 270, right: 580, top: 80, bar: 16, gap: 4, between: 8 };

/** Of the viewer's choice, also where a page shows the file as a picture. */
const STYLE = `
text { font: 13px ui-sans-serif, system-ui, "DejaVu Sans", sans-serif; fill: #1c2024; }
text.title { font-size: 16px; font-weight: 600; } text.note { font-size: 12px; fill: #5b6470; }
.paper { fill: #ffffff; } .ours { fill: #14804a; } .other { fill: #98a2b3; }
.mark { stroke: #b42318; stroke-dasharray: 4 3; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e8eb; } text.note { fill: #a3acb8; }
  .paper { fill: #15181c; } .ours { fill: #3fb978; } .other { fill: #667085; } .mark { stroke: #f97066; }
}`;

export function drawBars({ title, note, groups, marks = [] }: Chart): string {
  const values = [...groups.flatMap(({ bars }) => bars), ...marks].map(({ value }) => value);
  const place = (value: number) => SIZE.left + (SIZE.right - SIZE.left) * value / Math.max(...values);
  const drawn: string[] = [];
  let y = SIZE.top;
  for (const one of groups) {
    drawn.push(drawGroup(one, y, place));
    y += one.bars.length * (SIZE.bar + SIZE.gap) + SIZE.between;
  }
  const height = y + SIZE.edge - SIZE.between;
  const said = groups.flatMap(({ label, bars }) => bars.map((bar) => `${label}: ${bar.said}`)).join("; ");
  const size = { viewBox: `0 0 ${SIZE.width} ${height}`, width: SIZE.width, height };
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    ...size,
    role: "img",
    "aria-label": `${title}. ${said}`,
  };
  const content = [
    element("style", {}, STYLE),
    element("rect", { class: "paper", width: SIZE.width, height, rx: 12 }),
    text(title, { class: "title", x: SIZE.edge, y: 30 }),
    text(note, { class: "note", x: SIZE.edge, y: 50 }),
    ...drawn,
    ...marks.map((mark, n) => drawMark(mark, { place, bottom: y - SIZE.between, left: n === 0 })),
  ];
  return `${element("svg", attributes, `\n${content.join("\n")}\n`)}\n`;
}

type Place = (value: number) => number;
type Attributes = Readonly<Record<string, string | number>>;

function drawGroup({ label, bars }: Group, top: number, place: Place): string {
  const step = SIZE.bar + SIZE.gap;
  const middle = top + (bars.length * step - SIZE.gap) / 2 + 5;
  const drawn = bars.flatMap(({ of, value, said }, n) => {
    const [y, end] = [top + n * step, Math.max(SIZE.left + 1, place(value))];
    const bar = { class: of, x: SIZE.left, y, width: end - SIZE.left, height: SIZE.bar, rx: 2 };
    return [element("rect", bar), text(said, { x: SIZE.right + 10, y: y + 13 })];
  });
  return [text(label, { x: SIZE.left - 10, y: middle, "text-anchor": "end" }), ...drawn].join("\n");
}

/** Of the first one the label is left of its line, of others right. */
function drawMark({ value, label }: Mark, at: { place: Place; bottom: number; left: boolean }): string {
  const x = at.place(value);
  const line = element("line", { class: "mark", x1: x, x2: x, y1: SIZE.top - 8, y2: at.bottom });
  const side = at.left ? { x: x - 6, "text-anchor": "end" } : { x: x + 6 };
  return line + text(label, { class: "note", ...side, y: SIZE.top - 8 });
}

function element(name: string, attributes: Attributes, content?: string): string {
  const written = Object.entries(attributes).map(([key, value]) =>
    ` ${key}="${typeof value === "number" ? Number(value.toFixed(1)) : escape(value)}"`
  );
  return `<${name}${written.join("")}` + (content === undefined ? "/>" : `>${content}</${name}>`);
}

const text = (content: string, attributes: Attributes) => element("text", attributes, escape(content));

const escape = (raw: string): string =>
  raw.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
