import { Redirect, Route, Switch, useLocation } from "wouter";
import { Page } from "../ui/Page.tsx";
import { Tabs } from "../ui/Tabs.tsx";
import { Accounts } from "./accounts/Accounts.tsx";
import { AssistantEditor } from "./assistants/AssistantEditor.tsx";
import { AssistantList } from "./assistants/AssistantList.tsx";
import { Events } from "./events/Events.tsx";
import { Numbers } from "./numbers/Numbers.tsx";

const TABS = [
  { value: "assistants", label: "Assistants", content: <AssistantList /> },
  { value: "numbers", label: "Numbers", content: <Numbers /> },
  { value: "twilio", label: "Twilio account", content: <Accounts /> },
  { value: "events", label: "Events", content: <Events /> },
] as const;

export default function Settings() {
  return (
    <Switch>
      <Route path="/assistants/:id">{({ id }) => <AssistantEditor key={id} id={id} />}</Route>
      {TABS.map(({ value }) => (
        <Route key={value} path={`/${value}`}>
          <Overview tab={value} />
        </Route>
      ))}
      <Route>
        <Redirect to="/assistants" replace />
      </Route>
    </Switch>
  );
}

function Overview({ tab }: { readonly tab: (typeof TABS)[number]["value"] }) {
  const [, navigate] = useLocation();
  return (
    <Page title="Settings">
      <Tabs label="Settings" value={tab} onChange={(tab) => navigate(`/${tab}`)} tabs={TABS} />
    </Page>
  );
}
