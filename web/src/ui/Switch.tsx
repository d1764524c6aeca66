import { Switch as Radix } from "radix-ui";
import { useFieldControl } from "./Field.tsx";
import styles from "./Switch.module.css";

export interface SwitchProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  /** Its name, where no `Field` around it has one. */
  readonly label?: string;
  readonly disabled?: boolean;
}

export function Switch({ checked, onChange, label, disabled = false }: SwitchProps) {
  return (
    <Radix.Root
      className={styles.track}
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
      aria-label={label}
      {...useFieldControl()}
    >
      <Radix.Thumb className={styles.thumb} />
    </Radix.Root>
  );
}
