import type { Tally } from "./api.ts";
import styles from "./TallyBoard.module.css";
import { figures } from "./words.ts";

/** Whether anything got lost: what the carrier has, against what the database says. */
export function TallyBoard({ tally }: { readonly tally: Tally }) {
  return (
    <section className={styles.board} aria-labelledby="tally">
      <h3 id="tally" className={styles.title}>Tally since the stack was started</h3>
      <dl className={styles.figures}>
        {figures(tally).map(({ label, value, tone, meaning }) => (
          <div key={label} className={styles.figure} data-tone={tone} title={meaning}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
