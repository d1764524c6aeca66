import { Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from "recharts";
import { cx } from "../ui/cx.ts";
import styles from "./Chart.module.css";
import type { ChartData } from "./series.ts";

interface Props {
  readonly title: string;
  readonly data: ChartData;
}

const TICK = { fill: "var(--text-muted)", fontSize: 12 };

/**
 * Bars on top of each other. Arrow keys go from bar to bar and the tooltip, a live region, says what is there; the table
 * beside the chart has all of it. https://recharts.github.io/en-US/guide/accessibility/
 */
export default function BarsChart({ title, data }: Props) {
  const { names, series } = data;
  return (
    <BarChart
      responsive
      className={cx(styles.bars)}
      data={[...data.rows]}
      margin={{ top: 8, right: 4, bottom: 0, left: 0 }}
      maxBarSize={36}
      aria-label={`${title}, a bar chart. The arrow keys go from ${data.bucket.toLowerCase()} to ${data.bucket.toLowerCase()}.`}
    >
      <CartesianGrid vertical={false} stroke="var(--border)" />
      <XAxis
        dataKey="start"
        tickFormatter={names.short}
        tick={TICK}
        tickLine={false}
        axisLine={{ stroke: "var(--border-strong)" }}
        interval="equidistantPreserveStart"
        minTickGap={24}
      />
      <YAxis
        width="auto"
        allowDecimals={series[0]?.key === "cost"}
        tickFormatter={data.formatShort}
        tick={TICK}
        tickLine={false}
        axisLine={false}
      />
      <Tooltip
        isAnimationActive={false}
        cursor={{ fill: "var(--surface-sunken)" }}
        content={({ active, label }) => active ? <Tip data={data} start={String(label)} /> : null}
      />
      {series.map(({ key, label, color }) => (
        <Bar key={key} dataKey={key} name={label} fill={color} stackId="all" isAnimationActive={false} />
      ))}
    </BarChart>
  );
}

function Tip({ data, start }: { readonly data: ChartData; readonly start: string }) {
  const row = data.rows.find((row) => row.start === start);
  if (!row) return null;
  return (
    <div className={styles.tip} role="status">
      <p className={styles.tipTitle}>{data.names.long(start)}</p>
      {data.series.map(({ key, label, color }) => (
        <p key={key} className={styles.tipRow}>
          <span className={styles.swatch} style={{ background: color }} />
          {label}
          <strong>{data.format(Number(row[key]))}</strong>
        </p>
      ))}
    </div>
  );
}
