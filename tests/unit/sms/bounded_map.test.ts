import assert from "node:assert/strict";
import { mapBounded } from "../../../supabase/functions/_shared/sms/bounded_map.ts";
import { quiet } from "./support.ts";

/** Work that ends when it is told to. */
function held() {
  const running = new Map<number, PromiseWithResolvers<string>>();
  const work = (item: number) => {
    const promise = Promise.withResolvers<string>();
    running.set(item, promise);
    return promise.promise;
  };
  const end = (item: number) => {
    running.get(item)?.resolve(`done ${item}`);
    running.delete(item);
  };
  return { running, work, end };
}

Deno.test("mapBounded() does a few at a time and gives results in the items' order", async () => {
  const { running, work, end } = held();
  const results = mapBounded([1, 2, 3], { concurrency: 2 }, work);
  await quiet();
  assert.deepEqual([...running.keys()], [1, 2]);
  end(2);
  await quiet();
  assert.deepEqual([...running.keys()], [1, 3]);
  end(3);
  end(1);
  assert.deepEqual(await results, ["done 1", "done 2", "done 3"]);
  assert.deepEqual(await mapBounded([], { concurrency: 2 }, work), []);
});

Deno.test("mapBounded() begins nothing more once it may not, and says which", async () => {
  const { running, work, end } = held();
  let open = true;
  const results = mapBounded([1, 2, 3], { concurrency: 1, mayStart: () => open }, work);
  await quiet();
  open = false;
  end(1);
  assert.deepEqual(await results, ["done 1", undefined, undefined]);
  assert.equal(running.size, 0);
});

Deno.test("mapBounded() fails with the first failure and begins nothing after it", async () => {
  const begun: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    await quiet();
    if (item === 1) throw new Error("one failed");
    return item;
  };
  await assert.rejects(mapBounded([1, 2, 3, 4], { concurrency: 2 }, work), /one failed/);
  await quiet();
  assert.deepEqual(begun, [1, 2]);
});
