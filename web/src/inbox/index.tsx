import { MessagesSquare } from "lucide-react";
import { EmptyState } from "../ui/States.tsx";

export default function Inbox() {
  return <EmptyState icon={<MessagesSquare size={28} />} title="No conversations yet" />;
}
