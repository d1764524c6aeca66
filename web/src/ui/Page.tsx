import { type ReactNode, useEffect } from "react";
import styles from "./Page.module.css";

export interface PageProps {
  readonly title: string;
  /** What stands beside the title: pickers, a button. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** An ordinary page of the app: a title, and what scrolls below it. */
export function Page({ title, actions, children }: PageProps) {
  useEffect(() => {
    const before = document.title;
    document.title = title;
    return () => void (document.title = before);
  }, [title]);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <h1 className={styles.title}>{title}</h1>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A group of things that belong together. */
export function Card({ title, actions, children }: Partial<PageProps>) {
  return (
    <section className={styles.card}>
      {(title || actions) && (
        <header className={styles.cardHeader}>
          <h2 className={styles.cardTitle}>{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}
