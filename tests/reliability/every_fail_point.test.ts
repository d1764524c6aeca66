import { strict as assert } from "node:assert";
import { CALL_KINDS } from "../../local/carrier/gates.ts";
import { functionNames } from "../ok/import_graph.ts";
import { BEHIND_API, type FunctionName, PLACES } from "./fail_points.ts";
import { verbsCalledBy } from "./verbs_in_source.ts";

const placesOf = (name: FunctionName): string[] => Object.values(PLACES[name]).flat();
const callsOf = (places: string[], on: "rpc" | "carrier") =>
  [
    ...new Set(
      places.filter((place) => place.startsWith(`${on} `)).map((place) => place.split(" ")[1]),
    ),
  ].sort();

Deno.test("every function is killed at every verb that its source calls", async () => {
  const names = Object.keys(PLACES) as FunctionName[];
  assert.deepEqual([...names].sort(), await functionNames());
  for (const name of names) {
    const elsewhere = name === "sms-api"
      ? (await Promise.all(BEHIND_API.map((other) => verbsCalledBy(other)))).flat()
      : [];
    const called = (await verbsCalledBy(name)).filter((verb) => !elsewhere.includes(verb));
    assert.deepEqual(callsOf(placesOf(name), "rpc"), called, name);
  }
});

Deno.test("every call that the carrier knows is a place of some function, but those that nobody makes", () => {
  const all = (Object.keys(PLACES) as FunctionName[]).flatMap(placesOf);
  const nobodys = ["detach"];
  assert.deepEqual([...callsOf(all, "carrier"), ...nobodys].sort(), [...CALL_KINDS].sort());
});
