import styles from "./Chart.module.css";
import type { ChartData } from "./series.ts";

interface Props {
  readonly title: string;
  readonly data: ChartData;
}

/** Every bar as a figure, newest first. It scrolls, so the keyboard has to get into it. */
export function ChartTable({ title, data }: Props) {
  return (
    <div className={styles.scroll} role="region" aria-label={`${title}, table`} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{data.bucket}</th>
            {data.series.map(({ key, label }) => <th key={key} scope="col">{label}</th>)}
          </tr>
        </thead>
        <tbody>
          {data.rows.toReversed().map((row) => (
            <tr key={row.start}>
              <th scope="row">{data.names.long(row.start)}</th>
              {data.series.map(({ key }) => <td key={key}>{data.format(Number(row[key]))}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
