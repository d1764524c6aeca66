import { Component, type ReactNode } from "react";
import { ErrorState } from "../ui/States.tsx";

/** A page that breaks leaves the navigation alone. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <ErrorState error={error} onRetry={() => location.reload()} />;
  }
}
