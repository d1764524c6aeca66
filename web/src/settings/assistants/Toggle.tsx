import { Switch } from "../../ui/Switch.tsx";
import styles from "./Assistant.module.css";

interface Props {
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** A switch with its name and what it does beside it. */
export function Toggle({ label, hint, checked, disabled = false, onChange }: Props) {
  return (
    <div className={styles.toggle}>
      <Switch label={label} checked={checked} disabled={disabled} onChange={onChange} />
      <div>
        <p className={styles.toggleLabel} aria-hidden="true">{label}</p>
        <p className={styles.toggleHint}>{hint}</p>
      </div>
    </div>
  );
}
