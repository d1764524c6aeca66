import { Card } from "../ui/Page.tsx";
import { count, percent } from "./format.ts";
import styles from "./Shares.module.css";

interface Props {
  readonly title: string;
  /** What the parts are parts of. */
  readonly of: string;
  readonly parts: readonly { readonly label: string; readonly value: number }[];
  /** What it means that there are none. */
  readonly none: string;
}

/** Parts of a whole, the largest first. The bars only repeat what the figures say. */
export function Shares({ title, of, parts, none }: Props) {
  const whole = parts.reduce((sum, { value }) => sum + value, 0);
  return (
    <Card title={title}>
      {whole === 0 ? <p className={styles.none}>{none}</p> : (
        <>
          <p className={styles.of}>{`${count(whole)} ${of}`}</p>
          <ol className={styles.parts}>
            {parts.map(({ label, value }) => (
              <li key={label}>
                <span className={styles.label}>{label}</span>
                <span className={styles.value}>{`${count(value)} · ${percent(value / whole)}`}</span>
                <span className={styles.track} aria-hidden="true">
                  <span className={styles.bar} style={{ width: `${100 * value / whole}%` }} />
                </span>
              </li>
            ))}
          </ol>
        </>
      )}
    </Card>
  );
}
