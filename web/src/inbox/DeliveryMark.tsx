import { Ban, Check, CheckCheck, CircleAlert, CircleQuestionMark, Clock } from "lucide-react";
import styles from "./DeliveryMark.module.css";
import type { DeliveryWords } from "./words.ts";

const ICONS = {
  waiting: Clock,
  unknown: CircleQuestionMark,
  sent: Check,
  delivered: CheckCheck,
  read: CheckCheck,
  failed: CircleAlert,
  canceled: Ban,
} as const;

/** How far a text got: a tick for the eye, the word for everybody. */
export function DeliveryMark({ state, label }: DeliveryWords) {
  const Icon = ICONS[state];
  return (
    <span className={styles.mark} data-state={state}>
      <Icon size={14} aria-hidden="true" />
      {label}
    </span>
  );
}
