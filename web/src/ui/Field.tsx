import { type ComponentProps, createContext, type ReactNode, useContext, useId } from "react";
import { cx } from "./cx.ts";
import styles from "./Field.module.css";

interface Ids {
  readonly control: string;
  readonly describedBy: string | undefined;
  readonly invalid: boolean;
}

const FieldContext = createContext<Ids | null>(null);

export interface FieldProps {
  readonly label: string;
  /** What to know before filling it in. */
  readonly hint?: ReactNode;
  /** What is wrong with what was filled in. */
  readonly error?: string | null | undefined;
  readonly children: ReactNode;
}

/** A label, one control (`Input`, `TextArea`, `Select`, `Switch`), and what belongs to it, tied together for screen readers. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const ids = { control: id, describedBy: described || undefined, invalid: Boolean(error) };
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>{label}</label>
      <FieldContext value={ids}>{children}</FieldContext>
      {hint && <p className={styles.hint} id={`${id}-hint`}>{hint}</p>}
      {error && <p className={styles.error} id={`${id}-error`} role="alert">{error}</p>}
    </div>
  );
}

/** What ties a control to the `Field` around it; nothing where there is none. */
export function useFieldControl() {
  const ids = useContext(FieldContext);
  if (!ids) return {};
  return {
    id: ids.control,
    ...(ids.describedBy ? { "aria-describedby": ids.describedBy } : {}),
    ...(ids.invalid ? { "aria-invalid": true } : {}),
  };
}

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...useFieldControl()} {...rest} className={cx(styles.control, className)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return (
    <textarea
      dir="auto"
      {...useFieldControl()}
      {...rest}
      className={cx(styles.control, styles.area, className)}
    />
  );
}
