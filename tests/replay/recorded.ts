/** Reads `recorded.jsonl`: see `record.ts`, which makes it. */
import { z } from "zod";
import type { Answer } from "./play.ts";

const Header = z.object({ recorded_on: z.string().regex(/^[0-9a-f]{40}$/) });

const RecordedAnswer = z.object({
  request: z.string(),
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

export interface Record {
  /** The commit of the build that answered. */
  readonly recordedOn: string;
  readonly answers: readonly Answer[];
}

export async function readRecord(): Promise<Record> {
  const text = await Deno.readTextFile(new URL("recorded.jsonl", import.meta.url));
  const [header, ...answers] = text.trimEnd().split("\n").map((line): unknown => JSON.parse(line));
  return {
    recordedOn: Header.parse(header).recorded_on,
    answers: answers.map((answer) => RecordedAnswer.parse(answer)),
  };
}
