import { connections } from "./connections.ts";
import type { Operation } from "./document.ts";
import { pipeline } from "./pipeline.ts";
import { texts } from "./texts.ts";

/** Every call of the HTTP API but the old routes, which old clients know (docs/old-system.md). */
export const operations: readonly Operation[] = [...texts, ...connections, ...pipeline];
