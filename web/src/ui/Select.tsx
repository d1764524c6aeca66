import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";
import { useRef, useState } from "react";
import { cx } from "./cx.ts";
import { useFieldControl } from "./Field.tsx";
import styles from "./Select.module.css";

export interface SelectOption<T extends string> {
  readonly value: T;
  readonly label: string;
}

export interface SelectProps<T extends string> {
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly options: readonly SelectOption<T>[];
  /** Its name, where no `Field` around it has one. */
  readonly label?: string;
  readonly disabled?: boolean;
  readonly placeholder?: string;
  readonly className?: string | undefined;
}

/** One of several. An option's value may not be the empty string: Radix keeps that for "nothing chosen". */
export function Select<T extends string>(
  { value, onChange, options, label, disabled = false, placeholder, className }: SelectProps<T>,
) {
  const [open, setOpen] = useState(false);
  const chosen = useRef<string | null>(null);
  const choose = (value: string | null) => {
    const option = options.find((option) => option.value === value);
    chosen.current = null;
    if (option) onChange(option.value);
  };
  return (
    <Radix.Root
      value={value}
      // What is typed while it is closed chooses at once.
      onValueChange={(value) => open ? void (chosen.current = value) : choose(value)}
      onOpenChange={setOpen}
      disabled={disabled}
    >
      <Radix.Trigger className={cx(styles.trigger, className)} aria-label={label} {...useFieldControl()}>
        <span className={styles.value}>
          <Radix.Value placeholder={placeholder} />
        </span>
        <Radix.Icon className={styles.icon}>
          <ChevronDown size={16} />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={styles.content}
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          // The focus is about to be back on the button: a dialog that this opens gives it back to there.
          onCloseAutoFocus={() => choose(chosen.current)}
        >
          <Radix.Viewport className={styles.viewport}>
            {options.map((option) => (
              <Radix.Item key={option.value} value={option.value} className={styles.item}>
                <Radix.ItemText>{option.label}</Radix.ItemText>
                <Radix.ItemIndicator className={styles.check}>
                  <Check size={16} />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
