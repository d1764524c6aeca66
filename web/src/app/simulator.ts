import { lazy } from "react";

// The phone beside the pages, and the button that opens it: null but in the local stack's build, which alone has them.

export const Simulator = import.meta.env.MODE === "stack"
  ? lazy(() => import("../simulator/index.tsx"))
  : null;

export const SimulatorButton = import.meta.env.MODE === "stack"
  ? lazy(() => import("../simulator/SimulatorButton.tsx"))
  : null;
