import { assert, assertEquals } from "@std/assert";
import { CatchUp } from "../../src/cluster/catch_up.ts";

/** A stream whose answers come when the test says so. */
function fixture(known: bigint) {
  const questions: PromiseWithResolvers<bigint>[] = [];
  const state = { known };
  const catchUp = new CatchUp({
    known: () => state.known,
    askNewest: () => {
      const question = Promise.withResolvers<bigint>();
      questions.push(question);
      return question.promise;
    },
  });
  return { questions, state, catchUp };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

Deno.test("CatchUp.wait() waits until what was kept before is known", async () => {
  const { questions, state, catchUp } = fixture(5n);
  let isDone = false;
  const waiting = catchUp.wait().then(() => isDone = true);
  questions[0]?.resolve(7n);
  await turn();
  state.known = 6n;
  catchUp.advanced();
  await turn();
  assertEquals(isDone, false);
  state.known = 7n;
  catchUp.advanced();
  await waiting;
});

Deno.test("CatchUp.wait() asks once for all who come while a question is on its way", async () => {
  const { questions, catchUp } = fixture(5n);
  const first = catchUp.wait();
  const others = [catchUp.wait(), catchUp.wait(), catchUp.wait()];
  assertEquals(questions.length, 1);
  questions[0]?.resolve(5n);
  await first;
  await turn();
  assertEquals(questions.length, 2);
  questions[1]?.resolve(5n);
  await Promise.all(others);
  const later = catchUp.wait();
  assertEquals(questions.length, 3);
  questions[2]?.resolve(1n);
  await later;
});

Deno.test("CatchUp.wait() gives up when nobody answers, and goes on with the next", async () => {
  const { questions, catchUp } = fixture(5n);
  const waiting = [catchUp.wait(), catchUp.wait()];
  questions[0]?.reject(new Error("no answer"));
  await waiting[0];
  await turn();
  questions[1]?.reject(new Error("no answer"));
  await waiting[1];
});

Deno.test("CatchUp.wait() gives up after a second", async () => {
  const { questions, catchUp } = fixture(5n);
  const waiting = catchUp.wait();
  questions[0]?.resolve(9n);
  await waiting;
});

Deno.test("CatchUp.wait() gives up after a second in all, however many wait for an answer", async () => {
  const { questions, catchUp } = fixture(5n);
  const startMs = performance.now();
  await Promise.all([catchUp.wait(), catchUp.wait(), catchUp.wait()]);
  assert(performance.now() - startMs < 1_900);
  assertEquals(questions.length, 1);
});

Deno.test("CatchUp.wait() has nobody else wait in vain, until something is heard", async () => {
  const { questions, state, catchUp } = fixture(5n);
  await catchUp.wait();
  const startMs = performance.now();
  for (let more = 0; more < 100; more++) await catchUp.wait();
  assert(performance.now() - startMs < 500);
  assertEquals(questions.length, 1);
  state.known = 6n;
  catchUp.advanced();
  questions[0]?.reject(new Error("no answer"));
  await turn();
  let isDone = false;
  const waiting = catchUp.wait().then(() => isDone = true);
  await turn();
  assertEquals([isDone, questions.length], [false, 2]);
  questions[1]?.resolve(6n);
  await waiting;
});

Deno.test("CatchUp.wait() waits again once an answer has come that was known", async () => {
  const { questions, catchUp } = fixture(5n);
  await catchUp.wait();
  questions[0]?.reject(new Error("no answer"));
  await turn();
  await catchUp.wait();
  questions[1]?.resolve(5n);
  await turn();
  let isDone = false;
  const waiting = catchUp.wait().then(() => isDone = true);
  await turn();
  assertEquals([isDone, questions.length], [false, 3]);
  questions[2]?.resolve(5n);
  await waiting;
});

Deno.test("CatchUp ends all waiting when it is disposed", async () => {
  const { questions, catchUp } = fixture(5n);
  const waiting = catchUp.wait();
  questions[0]?.resolve(9n);
  await turn();
  catchUp[Symbol.dispose]();
  await waiting;
});
