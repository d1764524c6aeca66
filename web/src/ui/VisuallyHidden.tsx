import { VisuallyHidden as Radix } from "radix-ui";

/** Heard, not seen. */
export const VisuallyHidden = Radix.Root;
