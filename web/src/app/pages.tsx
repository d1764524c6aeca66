import { ChartColumn, MessagesSquare, Settings } from "lucide-react";
import { type ComponentType, lazy, type LazyExoticComponent, type ReactNode } from "react";

export interface PageEntry {
  /** The path behind the hash; everything below it belongs to the page as well. */
  readonly path: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly page: LazyExoticComponent<ComponentType>;
}

export const SIGN_OUT_PATH = "/sign-out";

/** The pages, in the order of the navigation. Each comes with its own code, when it is opened. */
export const pages: readonly PageEntry[] = [
  {
    path: "/inbox",
    label: "Inbox",
    icon: <MessagesSquare size={20} />,
    page: lazy(() => import("../inbox/index.tsx")),
  },
  {
    path: "/dashboard",
    label: "Dashboard",
    icon: <ChartColumn size={20} />,
    page: lazy(() => import("../dashboard/index.tsx")),
  },
  {
    path: "/settings",
    label: "Settings",
    icon: <Settings size={20} />,
    page: lazy(() => import("../settings/index.tsx")),
  },
];
