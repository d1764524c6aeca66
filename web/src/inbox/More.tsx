import { CircleCheck, Download, EllipsisVertical, RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Menu } from "../ui/Menu.tsx";
import type { Conversation } from "./api.ts";
import { type Action, useActions } from "./useActions.ts";
import { useContact } from "./useContact.ts";
import { contactName } from "./words.ts";

/** What is seldom done to a conversation. */
export default function More({ conversation }: { readonly conversation: Conversation }) {
  const actions = useActions(conversation);
  const contact = useContact(conversation);
  const [asking, setAsking] = useState(false);
  const [erasing, setErasing] = useState(false);
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
          { label: "Save as file", icon: <Download size={16} />, onSelect: () => contact.save.mutate() },
          {
            label: "Erase contact",
            icon: <Trash2 size={16} />,
            tone: "danger",
            onSelect: () => setErasing(true),
          },
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
      <Dialog
        open={erasing}
        onOpenChange={setErasing}
        title="Erase this contact for good?"
        description={`All messages with ${
          contactName(conversation)
        }, on all your numbers, and their name and number are deleted. Texts that are not sent yet are canceled. ` +
          "Nobody can undo this. Your figures stay, and so does their opt-out if they opted out."}
        actions={
          <>
            <Button onClick={() => setErasing(false)}>Cancel</Button>
            <Button
              variant="danger"
              busy={contact.erase.isPending}
              onClick={() => contact.erase.mutate(undefined, { onSettled: () => setErasing(false) })}
            >
              Erase for good
            </Button>
          </>
        }
      />
    </>
  );
}
