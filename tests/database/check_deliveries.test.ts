/** What a worker asks once more, when something kept it from sending at once. */
import { strict as assert } from "node:assert";
import { dbTest } from "./db_test.ts";
import { addTenant, call, claimDeliveries, exchange, phone, text } from "./support.ts";

dbTest("a claimed text may leave until its contact opts out", async ({ sql, tenant }) => {
  const other = await addTenant(sql);
  const [stays, stops] = [phone(), phone()];
  for (const [who, contact] of [[tenant, stays], [tenant, stops], [other, stops]] as const) {
    await exchange(sql, who, contact);
  }
  const jobs = (await claimDeliveries(sql)).map(({ job_id, lease_token, to_number, from_number }) => ({
    job_id,
    lease_token,
    to_number,
    from_number,
  }));
  assert.equal(jobs.length, 3);
  const mayLeave = async (asked: Record<string, unknown>[]) =>
    ((await call(sql, "sms_check_deliveries", { jobs: sql.json(asked as never) })) as unknown as {
      may_leave: string[];
    }).may_leave.sort();
  const ids = (of: typeof jobs) => of.map(({ job_id }) => job_id).sort();
  assert.deepEqual(await mayLeave(jobs), ids(jobs));

  await text(sql, tenant, stops, "STOP");
  const left = jobs.filter((job) => job.to_number === stays || job.from_number === other.number);
  assert.equal(left.length, 2, "STOP to one tenant is none to the other");
  assert.deepEqual(await mayLeave(jobs), ids(left));
  const strangers = jobs.map((job) => ({ ...job, lease_token: crypto.randomUUID() }));
  assert.deepEqual(await mayLeave(strangers), [], "another worker has the lease");
});
