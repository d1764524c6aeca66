/** What a difference of two empty databases cannot know: that projects have rows. */
import type { Structure } from "./structure.ts";

/** Sentences about statements that lose data, or fail or wait long on a table with rows. */
export function risksOf({ statements, losses }: Structure): string[] {
  const flat = statements.map(oneLine);
  const needed = flat.filter((text) =>
    / add column .* not null/.test(text) && !/ default | generated /.test(text)
  );
  const rewritten = flat.filter((text) => / alter column \S+ type /.test(text));
  return [
    ...losses.map((text) => `This loses data: ${oneLine(text)}`),
    ...needed.map((text) => `This fails where the table has rows, for want of a default: ${text}`),
    ...rewritten.map((text) => `This may write the whole table anew while others wait: ${text}`),
  ];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
