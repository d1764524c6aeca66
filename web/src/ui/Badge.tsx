import type { ReactNode } from "react";
import styles from "./Badge.module.css";

export interface BadgeProps {
  readonly tone?: "neutral" | "accent" | "success" | "warning" | "danger";
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

/** A word about a thing. Its colour only repeats what the word says. */
export function Badge({ tone = "neutral", icon, children }: BadgeProps) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {icon}
      <span className={styles.text}>{children}</span>
    </span>
  );
}
