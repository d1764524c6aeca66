import type { ReactNode } from "react";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";

interface Props {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  /** What will be lost, and what will not. */
  readonly children: ReactNode;
  readonly confirm: string;
  /** For who would rather not. */
  readonly cancel?: string;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
}

/** Asks before something is gone. */
export function Confirm(
  { open, onOpenChange, title, children, confirm, cancel = "Keep it", busy = false, onConfirm }: Props,
) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      description={children}
      actions={
        <>
          <Button onClick={() => onOpenChange(false)}>{cancel}</Button>
          <Button variant="danger" busy={busy} onClick={onConfirm}>{confirm}</Button>
        </>
      }
    />
  );
}
