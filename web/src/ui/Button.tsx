import type { ComponentProps, ReactNode } from "react";
import styles from "./Button.module.css";
import { cx } from "./cx.ts";
import { Spinner } from "./Spinner.tsx";

export interface ButtonProps extends ComponentProps<"button"> {
  readonly variant?: "primary" | "secondary" | "ghost" | "danger";
  readonly size?: "sm" | "md";
  readonly icon?: ReactNode;
  /** Shows that its work is under way, and takes no second click meanwhile. */
  readonly busy?: boolean;
}

export function Button(
  { variant = "secondary", size = "md", icon, busy = false, className, children, onClick, ...rest }:
    ButtonProps,
) {
  return (
    <button
      type="button"
      {...rest}
      className={cx(styles.button, styles[variant], styles[size], className)}
      // Not disabled while it is busy: a person who pressed it by keyboard would lose their place on the page.
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {busy ? <Spinner /> : icon}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, "icon" | "children"> {
  /** What it does, for those who hear the page and as a tooltip. */
  readonly label: string;
  readonly children: ReactNode;
}

/** A button that is only an icon. */
export function IconButton({ label, variant = "ghost", className, children, ...rest }: IconButtonProps) {
  return (
    <Button
      {...rest}
      variant={variant}
      className={cx(styles.iconOnly, className)}
      aria-label={label}
      title={label}
    >
      {children}
    </Button>
  );
}
