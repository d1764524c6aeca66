import styles from "./Spinner.module.css";

/** Turns; says nothing: what is waited for stands beside it. */
export function Spinner({ size = 16 }: { readonly size?: number }) {
  return <span className={styles.spinner} style={{ width: size, height: size }} aria-hidden="true" />;
}
