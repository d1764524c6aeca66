import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useBackend } from "../lib/backend.ts";
import { Badge } from "../ui/Badge.tsx";
import { IconButton } from "../ui/Button.tsx";
import styles from "./Pane.module.css";
import { BUTTON_ID, useIsBeside, usePane } from "./pane.ts";
import { Simulator } from "./Simulator.tsx";

/** The phone simulator: beside the page where there is room, else over it. */
export default function Pane() {
  const { config } = useBackend();
  const [open, setOpen] = usePane();
  const isBeside = useIsBeside();
  if (!config.local || !open) return null;
  const leave = () => {
    setOpen(false);
    document.getElementById(BUTTON_ID)?.focus();
  };
  const close = (
    <IconButton label="Close the phone simulator" size="sm" onClick={leave}>
      <X size={18} />
    </IconButton>
  );
  if (isBeside) {
    return (
      <aside className={styles.pane} aria-label="Phone simulator">
        <header className={styles.header}>
          <h2 className={styles.title}>Phone simulator</h2>
          <Badge>Local stack only</Badge>
          {close}
        </header>
        <Simulator />
      </aside>
    );
  }
  return (
    <Dialog.Root open onOpenChange={leave}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles.overlay} />
        <Dialog.Content
          className={styles.sheet}
          aria-describedby={undefined}
          // Radix knows no trigger here.
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            document.getElementById(BUTTON_ID)?.focus();
          }}
        >
          <header className={styles.header}>
            <Dialog.Title className={styles.title}>Phone simulator</Dialog.Title>
            <Badge>Local stack only</Badge>
            {close}
          </header>
          <Simulator />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
