import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { messageOf } from "../lib/errors.ts";
import { Button } from "./Button.tsx";
import { Spinner } from "./Spinner.tsx";
import styles from "./States.module.css";

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

/** Nothing is there, and what to do about it. */
export function EmptyState({ icon, title, children, action }: EmptyStateProps) {
  return (
    <div className={styles.state}>
      {icon && <span className={styles.icon} aria-hidden="true">{icon}</span>}
      <p className={styles.title}>{title}</p>
      {children && <div className={styles.text}>{children}</div>}
      {action}
    </div>
  );
}

/** Something is on its way. */
export function LoadingState({ label = "Loading …" }: { readonly label?: string }) {
  return (
    <div className={styles.state} role="status">
      <Spinner size={24} />
      <p className={styles.text}>{label}</p>
    </div>
  );
}

export interface ErrorStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** Something could not be had, why, and a way to try again. */
export function ErrorState({ error, onRetry }: ErrorStateProps) {
  return (
    <div className={styles.state} role="alert">
      <span className={styles.icon} aria-hidden="true">
        <CircleAlert size={28} />
      </span>
      <p className={styles.title}>That did not work</p>
      <p className={styles.text}>{messageOf(error)}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}
