import assert from "node:assert/strict";
import { UsageError } from "../../../local/project.ts";
import { scheduleWorker } from "../../../tools/schedule.ts";

const KEYS = { secretKey: "sb_secret_default", workerKey: "sb_secret_worker" };

interface Seen {
  path: string;
  apikey: string | null;
  body: string;
}

/** A project that answers the worker's health and the verb so, and what it was asked. */
async function withProject(
  answers: { worker?: () => Response; verb?: () => Response },
  work: (url: string, seen: Seen[]) => Promise<void>,
): Promise<void> {
  const seen: Seen[] = [];
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    seen.push({ path: pathname, apikey: request.headers.get("apikey"), body: await request.text() });
    const answer = pathname.endsWith("/sms-worker") ? answers.worker : answers.verb;
    return answer?.() ?? Response.json({ outcome: "scheduled", every_seconds: 10 });
  });
  await work(`http://127.0.0.1:${server.addr.port}`, seen);
}

const refused = (work: Promise<unknown>, words: RegExp) =>
  assert.rejects(
    work,
    (error: Error) =>
      error instanceof UsageError && words.test(error.message) && !error.message.includes("sb_secret_worker"),
  );

Deno.test("the schedule is made with the worker's key when somebody says yes, and with nothing else", async () => {
  await withProject({}, async (url, seen) => {
    const questions: string[] = [];
    const said = await scheduleWorker({ url, ...KEYS }, (question) => (questions.push(question), true));
    assert.match(said, /It is scheduled/);
    assert.match(questions[0] ?? "", /every ten seconds, with the secret key named worker/);
    assert.deepEqual(seen.map(({ path, apikey }) => [path, apikey]), [
      ["/functions/v1/sms-worker", "sb_secret_worker"],
      ["/rest/v1/rpc/sms_schedule_worker", "sb_secret_default"],
    ]);
    assert.deepEqual(JSON.parse(seen[1]?.body ?? ""), {
      functions_url: `${url}/functions/v1`,
      worker_key: "sb_secret_worker",
    });
  });
});

Deno.test("who says no changes nothing", async () => {
  await withProject({}, async (url, seen) => {
    assert.equal(await scheduleWorker({ url, ...KEYS }, () => false), "Nothing was changed.");
    assert.deepEqual(seen.map(({ path }) => path), ["/functions/v1/sms-worker"]);
  });
});

Deno.test("a key that the worker does not take is not kept, and nobody is asked", async () => {
  const worker = () => Response.json({ message: 'Take the key named "worker".' }, { status: 401 });
  await withProject({ worker }, async (url, seen) => {
    const asked = () => assert.fail("asked");
    await refused(
      scheduleWorker({ url, ...KEYS }, asked),
      /does not take this key\. Take the key named.*Nothing was changed/,
    );
    assert.equal(seen.length, 1);
  });
  await refused(scheduleWorker({ url: null, ...KEYS }, () => true), /Give --url and --secret-key/);
});

Deno.test("a database that cannot schedule says what it lacks, and what does the same", async () => {
  const verb = () => Response.json({ outcome: "SCHEDULER_UNAVAILABLE", missing: ["pg_cron", "pg_net"] });
  await withProject(
    { verb },
    (url) =>
      refused(
        scheduleWorker({ url, ...KEYS }, () => true),
        /lacks pg_cron, pg_net: any other scheduler may POST/,
      ),
  );
  const broken = () => new Response("gateway", { status: 502 });
  await withProject(
    { verb: broken },
    (url) =>
      refused(
        scheduleWorker({ url, ...KEYS }, () => true),
        /The database refused: 502\. Nothing was changed/,
      ),
  );
});
