import { EmptyState } from "../ui/States.tsx";

/** Shown when the page's configuration is missing or wrong. */
export function NotConfigured({ problem }: { readonly problem: string }) {
  return (
    <EmptyState title="This inbox is not connected to a project yet">
      <p>{problem}</p>
      <p>It needs the supabaseUrl and the publishableKey of a Supabase project: see web/README.md.</p>
    </EmptyState>
  );
}
