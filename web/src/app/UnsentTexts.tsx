import { useLocation } from "wouter";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";

interface Props {
  readonly count: number;
  readonly onDiscard: () => void;
}

/** Asks before texts are lost: nobody sends them for somebody who is signed out. */
export default function UnsentTexts({ count, onDiscard }: Props) {
  const [, go] = useLocation();
  // To where they are.
  const stay = () => go("/inbox", { replace: true });
  return (
    <Dialog
      open
      onOpenChange={stay}
      title={count === 1 ? "1 text was not sent yet" : `${count} texts were not sent yet`}
      description={`Signing out discards ${count === 1 ? "it" : "them"}. Stay, and ${
        count === 1 ? "it stays" : "they stay"
      } in the inbox and can still be sent.`}
      actions={
        <>
          <Button variant="danger" onClick={onDiscard}>Sign out and discard</Button>
          <Button variant="primary" onClick={stay}>Stay</Button>
        </>
      }
    />
  );
}
