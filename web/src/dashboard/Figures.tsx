import type { Stats } from "../../../client/mod.ts";
import styles from "./Figures.module.css";
import { count, duration, money, NONE, percent } from "./format.ts";

type Totals = Stats["totals"];

/** The totals of the range. */
export function Figures({ totals }: { readonly totals: Totals }) {
  const { answer_time, cost } = totals;
  const [first, ...others] = cost.map(({ amount, currency }) => money(amount, currency));
  return (
    <dl className={styles.figures}>
      <Figure
        name="Texts received"
        value={count(totals.inbound)}
        note={plural(totals.conversations, "new conversation", "new conversations")}
      />
      <Figure
        name="Texts sent"
        value={count(totals.outbound)}
        note={plural(totals.segments, "segment, in and out", "segments, in and out")}
      />
      <Figure
        name="Delivery rate"
        value={percent(totals.delivery_rate)}
        note={`${count(totals.delivered)} delivered, ${count(totals.failed)} not`}
      />
      <Figure
        name="Answer time"
        value={duration(answer_time.median_ms)}
        note={answer_time.count === 0
          ? "no answers yet"
          : `median; 95% within ${duration(answer_time.p95_ms)}`}
      />
      <Figure
        name="Cost"
        value={first ?? NONE}
        note={others.length > 0 ? `and ${others.join(", ")}` : first ? "charged so far" : "no prices yet"}
      />
      <Figure
        name="Opt-outs"
        value={count(totals.opt_outs)}
        note={`${count(totals.opt_ins)} opted in again`}
      />
    </dl>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

function Figure({ name, value, note }: FigureProps) {
  return (
    <div className={styles.figure}>
      <dt>{name}</dt>
      <dd className={styles.value}>{value}</dd>
      <dd className={styles.note}>{note}</dd>
    </div>
  );
}

const plural = (number: number, one: string, many: string) => `${count(number)} ${number === 1 ? one : many}`;
