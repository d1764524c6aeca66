import { strict as assert } from "node:assert";
import { join } from "node:path";
import { drawGraphs, GRAPHS } from "../../../bench/graphs/graphs.ts";
import { writeGraphs } from "../../../bench/graphs/main.ts";
import { drawBars } from "../../../bench/graphs/svg.ts";
import { projectRoot, UsageError } from "../../../local/project.ts";

const told = {
  cycle: {
    figures: {
      "100 numbers, no callbacks, ours: last answer": 2_000,
      "100 numbers, no callbacks, ours: last acknowledgement": 1_000,
      "100 numbers, no callbacks, ours: one acknowledgement": 2,
      "100 numbers, no callbacks, peer: last answer": 4_000,
      "1 number, two callbacks, ours: last answer": 1_000,
    },
  },
  sql: {
    figures: { "CPU a text": 3, "CPU a text, bare": 1 },
    counts: { "CPU a text, receive": 2, "CPU a text, claim": NaN },
  },
  growth: {
    figures: {},
    ratios: {
      "receive, large to small": 1.2,
      "list, HTTP, large to small": 1,
      "list, verb, large to small": 9,
    },
    counts: { "messages, large": 1_000_000, "messages, small": 10_000 },
  },
};

const widths = (svg: string) =>
  [...svg.matchAll(/class="(?:ours|other)" [^>]*?width="([\d.]+)"/g)].map(([, width]) => Number(width));

Deno.test("the longest bar reaches the right edge, and the others are in proportion", () => {
  const svg = drawBars({
    title: "Time",
    note: "",
    groups: [{
      label: "one",
      bars: [{ of: "ours", value: 1, said: "1 s" }, { of: "other", value: 4, said: "4 s" }],
    }],
  });
  assert.deepEqual(widths(svg), [77.5, 310]);
});

Deno.test("a target longer than all bars leaves them room, and stands above them", () => {
  const groups = [{ label: "one", bars: [{ of: "ours", value: 1, said: "1 ×" }] as const }];
  const svg = drawBars({ title: "Ratio", note: "", groups, marks: [{ value: 2, label: "at most 2 ×" }] });
  assert.deepEqual(widths(svg), [155]);
  assert.match(svg, /class="mark" x1="580"/);
  assert.match(svg, />at most 2 ×</);
});

Deno.test("graphs have colours for dark pages, and say everything without colours too", () => {
  const { "cycle.svg": svg = "" } = drawGraphs(told);
  assert.match(svg, /prefers-color-scheme: dark/);
  assert.match(svg, />2\.00 s, ours</);
  assert.match(
    svg,
    /aria-label="Until the last of 500 texts is answered\. 100 numbers, no callbacks: 2\.00 s, ours; /,
  );
});

Deno.test("what stands in a title or a label is text, and never markup", () => {
  const bars = [{ of: "ours", value: 1, said: "<1>" }] as const;
  const svg = drawBars({ title: `A "quoted" & <b>`, note: "", groups: [{ label: "<i>", bars }] });
  assert.doesNotMatch(svg, /<b>|<i>|<1>/);
  assert.match(svg, /aria-label="A &quot;quoted&quot; &amp; &lt;b&gt;\. &lt;i&gt;: &lt;1&gt;"/);
});

Deno.test("cycle is drawn beside the peer, and a case that did not run is left out", () => {
  const { "cycle.svg": svg = "" } = drawGraphs(told);
  assert.equal(widths(svg).length, 3);
  assert.doesNotMatch(svg, /1 number, no callbacks/);
});

Deno.test("Postgres' CPU time is drawn by verb beside bare writes, without what nothing told", () => {
  const { "postgres.svg": svg = "" } = drawGraphs(told);
  assert.match(svg, /All verbs: 3\.00 ms/);
  assert.match(svg, />receive<.*\n.*\n.*>2\.00 ms</);
  assert.match(svg, />the same rows, written bare</);
  assert.doesNotMatch(svg, />claim<|NaN/);
});

Deno.test("growth is drawn as ratios with both targets, reads as they are over HTTP", () => {
  const { "growth.svg": svg = "" } = drawGraphs(told);
  assert.match(svg, /With 1,000,000 messages, to 10,000/);
  assert.match(svg, />receive<.*\n.*\n.*>1\.20 ×</);
  assert.match(svg, />list<.*\n.*\n.*>1\.00 ×</);
  assert.match(svg, />pipeline, lists: 1\.30 ×<.*\n.*>search, stats: 1\.50 ×</);
  assert.doesNotMatch(svg, /9\.00/);
});

Deno.test("--svg draws what several answers told, the last one of each benchmark", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const answers = [told, { growth: { figures: {}, ratios: { "claim, large to small": null } } }];
    const files = answers.map((_, n) => join(folder, `${n}.json`));
    await Promise.all(files.map((file, n) => Deno.writeTextFile(file, JSON.stringify(answers[n]))));
    await writeGraphs(["--svg", join(folder, "graphs"), ...files]);
    const drawn = await Array.fromAsync(Deno.readDir(join(folder, "graphs")), ({ name }) => name);
    assert.deepEqual(drawn.toSorted(), ["cycle.svg", "growth.svg", "postgres.svg"]);
    assert.doesNotMatch(await Deno.readTextFile(join(folder, "graphs/growth.svg")), />receive<|>claim</);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("--svg without an answer, or with something else, says what it needs", async () => {
  await assert.rejects(writeGraphs(["--svg", "graphs"]), /needs a folder and the answers to draw/);
  await assert.rejects(writeGraphs(["--svg", "graphs", "deno.json"]), UsageError);
});

Deno.test("the graphs of docs/performance.md are those of the run that is kept beside them", async () => {
  const kept = join(projectRoot, "docs/performance");
  const folder = await Deno.makeTempDir();
  try {
    await writeGraphs(["--svg", folder, join(kept, "run.json")]);
    for (const { file } of GRAPHS) {
      assert.equal(
        await Deno.readTextFile(join(folder, file)),
        await Deno.readTextFile(join(kept, file)),
        file,
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
