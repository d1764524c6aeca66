import { CircleCheck, EllipsisVertical, RotateCcw } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Menu } from "../ui/Menu.tsx";
import type { Conversation } from "./api.ts";
import { type Action, useActions } from "./useActions.ts";

/** What is seldom done to a conversation. */
export default function More({ conversation }: { readonly conversation: Conversation }) {
  const actions = useActions(conversation);
  const [asking, setAsking] = useState(false);
  const act = (action: Action) => actions.mutate(action);
  return (
    <>
      <Menu
        trigger={
          <IconButton label="More" size="sm">
            <EllipsisVertical size={18} />
          </IconButton>
        }
        items={[
          conversation.status === "active"
            ? { label: "End conversation", icon: <CircleCheck size={16} />, onSelect: () => setAsking(true) }
            : { label: "Reopen conversation", icon: <RotateCcw size={16} />, onSelect: () => act("reopen") },
        ]}
      />
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="End this conversation?"
        description="A reply that is not sent yet is canceled. If the contact writes again, the conversation continues."
        actions={
          <>
            <Button onClick={() => setAsking(false)}>Cancel</Button>
            <Button
              variant="primary"
              onClick={() => {
                act("end");
                setAsking(false);
              }}
            >
              End conversation
            </Button>
          </>
        }
      />
    </>
  );
}
