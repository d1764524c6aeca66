import { z } from "zod";

const Text = z.object({
  id: z.string(),
  language: z.string(),
  text: z.string(),
  /** Whether its writer wants no more texts. */
  opt_out: z.boolean(),
  kind: z.string(),
});
export type OptOutText = z.infer<typeof Text>;

/** The open half of the corpus; how it was made: tests/fixtures/opt_outs/README.md. */
export const openTexts = (): Promise<OptOutText[]> => textsIn("open");

/** The half that whoever wrote the lexicon had not seen; how it was made: docs/compliance/corpus.md. */
export const sealedTexts = (): Promise<OptOutText[]> => textsIn("sealed");

async function textsIn(half: "open" | "sealed"): Promise<OptOutText[]> {
  const lines = await Deno.readTextFile(new URL(`../fixtures/opt_outs/${half}.jsonl`, import.meta.url));
  return lines.trim().split("\n").map((line) => Text.parse(JSON.parse(line)));
}
