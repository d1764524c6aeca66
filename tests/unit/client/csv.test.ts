import assert from "node:assert/strict";
import { csvRecords } from "../../../client/csv.ts";

const read = (text: string) => [...csvRecords(text)].map(({ line, fields }) => [line, fields]);

Deno.test("fields are read as RFC 4180 writes them, whatever separates and ends them", () => {
  assert.deepEqual(read('\uFEFFa,b\r\n"1,2","say ""x"""\n\n3,\r4,"two\r\nlines"\r\n5,6'), [
    [1, ["a", "b"]],
    [2, ["1,2", 'say "x"']],
    [4, ["3", ""]],
    [5, ["4", "two\r\nlines"]],
    [7, ["5", "6"]],
  ]);
  assert.deepEqual(read("a;b\n1,5;2"), [[1, ["a", "b"]], [2, ["1,5", "2"]]]);
  assert.deepEqual(read("a\tb\n1\t2"), [[1, ["a", "b"]], [2, ["1", "2"]]]);
  assert.deepEqual(read(""), []);
});

Deno.test("a line that cannot be read is one line, and the next is read", () => {
  assert.deepEqual(read('a,b\n"x"y,1\n2,3\n"never closed,4\n5,6'), [
    [1, ["a", "b"]],
    [2, null],
    [3, ["2", "3"]],
    [4, null],
    [5, ["5", "6"]],
  ]);
});

Deno.test("a hundred thousand lines with open quotes are read to the end", () => {
  const lines = Array.from({ length: 100_000 }, (_, n) => n % 3 ? `"${n},""` : `${n},"`);
  const records = read(["a,b", ...lines].join("\n"));
  const known = new Set(records.map(([line]) => line as number));
  assert(
    known.size === records.length && records.length > 30_000,
    `${records.length} records, each with a line of its own`,
  );
});
