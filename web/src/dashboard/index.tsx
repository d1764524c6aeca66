import { ChartColumn } from "lucide-react";
import { Page } from "../ui/Page.tsx";
import { EmptyState } from "../ui/States.tsx";

export default function Dashboard() {
  return (
    <Page title="Dashboard">
      <EmptyState icon={<ChartColumn size={28} />} title="No figures yet" />
    </Page>
  );
}
