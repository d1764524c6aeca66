import { ChartColumn, Table } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { IconButton } from "../ui/Button.tsx";
import { Card } from "../ui/Page.tsx";
import { LoadingState } from "../ui/States.tsx";
import styles from "./Chart.module.css";
import { ChartTable } from "./ChartTable.tsx";
import type { ChartData } from "./series.ts";

// The figures are read while the charts' library is on its way.
const loading = import("./BarsChart.tsx");
const BarsChart = lazy(() => loading);

interface Props {
  readonly title: string;
  /** What the chart says, in a sentence. */
  readonly summary: string;
  readonly data: ChartData;
}

/** A chart, or the same figures as a table. */
export function Chart({ title, summary, data }: Props) {
  const [shown, setShown] = useState<"chart" | "table">("chart");
  const other = shown === "chart" ? "table" : "chart";
  return (
    <Card
      title={title}
      actions={
        <IconButton size="sm" label={`Show ${title} as a ${other}`} onClick={() => setShown(other)}>
          {shown === "chart" ? <Table size={18} /> : <ChartColumn size={18} />}
        </IconButton>
      }
    >
      <p className={styles.summary}>{summary}</p>
      {shown === "table" ? <ChartTable title={title} data={data} /> : (
        <>
          {data.series.length > 1 && <Legend data={data} />}
          <Suspense
            fallback={
              <div className={styles.bars}>
                <LoadingState />
              </div>
            }
          >
            <BarsChart title={title} data={data} />
          </Suspense>
        </>
      )}
    </Card>
  );
}

function Legend({ data }: { readonly data: ChartData }) {
  return (
    <ul className={styles.legend} aria-label="Legend">
      {data.series.map(({ key, label, color }) => (
        <li key={key}>
          <span className={styles.swatch} style={{ background: color }} />
          {label}
        </li>
      ))}
    </ul>
  );
}
