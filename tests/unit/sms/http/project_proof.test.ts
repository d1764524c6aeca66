import assert from "node:assert/strict";
import {
  challengeOf,
  createChallenge,
  proofFor,
  provesThisProject,
} from "../../../../supabase/functions/_shared/sms/http/project_proof.ts";

const OURS = ["sb_secret_ours", "sb_secret_worker"];
const THEIRS = ["sb_secret_theirs"];

Deno.test("only who has one of the project's keys proves to be it, and only for the bytes that were asked", async () => {
  const challenge = createChallenge();
  const proof = await proofFor(challenge, OURS);
  assert(await provesThisProject(proof, challenge, OURS));
  assert(!await provesThisProject(await proofFor(challenge, THEIRS), challenge, OURS), "another project");
  assert(!await provesThisProject(proof, createChallenge(), OURS), "an answer that was heard before");
  for (const nothing of ["", " ", challenge, "null"]) {
    assert(!await provesThisProject(nothing, challenge, OURS), nothing);
  }
  assert(!await provesThisProject("", challenge, []), "who has no key knows nobody, and not itself");
  assert(!await provesThisProject(await proofFor(challenge, [""]), challenge, [""]), "an empty key is none");
});

Deno.test("while a key is being replaced, who has one of both sets is this project still", async () => {
  const challenge = createChallenge();
  const late = await proofFor(challenge, ["sb_secret_old", "sb_secret_worker"]);
  assert(await provesThisProject(late, challenge, ["sb_secret_new", "sb_secret_worker"]));
  assert.equal(
    await proofFor(challenge, OURS),
    await proofFor(challenge, [...OURS].reverse()),
    "the order of proofs says nothing of the keys' names",
  );
});

Deno.test("a challenge is 32 random bytes; what else a caller sends is not signed", () => {
  const request = (text: string) =>
    new Request("https://a.example", { headers: { "x-supabase-sms-challenge": text } });
  const challenge = createChallenge();
  assert.equal(challengeOf(request(challenge)), challenge);
  assert.notEqual(challenge, createChallenge());
  for (
    const wrong of [
      "",
      "hello",
      challenge.slice(1),
      `${challenge}0`,
      challenge.toUpperCase().replace(/^./, "G"),
    ]
  ) {
    assert.equal(challengeOf(request(wrong)), null, wrong);
  }
  assert.equal(challengeOf(new Request("https://a.example")), null);
});

Deno.test("a proof holds neither key nor challenge", async () => {
  const challenge = createChallenge();
  const proof = await proofFor(challenge, OURS);
  assert.match(proof, /^[0-9a-f]{64} [0-9a-f]{64}$/);
  assert(!proof.includes(challenge) && !OURS.some((key) => proof.includes(key)));
});
