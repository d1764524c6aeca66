import { Settings as Icon } from "lucide-react";
import { Page } from "../ui/Page.tsx";
import { EmptyState } from "../ui/States.tsx";

export default function Settings() {
  return (
    <Page title="Settings">
      <EmptyState icon={<Icon size={28} />} title="Nothing to set yet" />
    </Page>
  );
}
