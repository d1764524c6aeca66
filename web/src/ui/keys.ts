import type { KeyboardEvent } from "react";

/**
 * Whether a key belongs to a character that is being composed (Japanese, Chinese, Korean): its Enter accepts a candidate.
 * Safari ends the composition before it tells of that Enter, and says so only by the old code 229.
 * https://bugs.webkit.org/show_bug.cgi?id=165004
 */
export const isComposing = ({ nativeEvent, keyCode }: KeyboardEvent): boolean =>
  nativeEvent.isComposing || keyCode === 229;
