import { assertEquals } from "@std/assert";
import { CommitTurn } from "../../../src/history/sqlite/commit_turn.ts";
import { waitFor } from "../../support/wait_for.ts";

Deno.test("CommitTurn.soon() runs once in a later turn, however often it is asked", async () => {
  let runs = 0;
  const turn = new CommitTurn(() => runs++);
  turn.soon();
  turn.soon();
  await Promise.resolve();
  assertEquals(runs, 0);
  await waitFor(() => runs > 0);
  turn.soon();
  await waitFor(() => runs > 1);
  assertEquals(runs, 2);
});

Deno.test("CommitTurn.after() is not hurried by soon(), which asks for what is to come anyway", async () => {
  let runs = 0;
  const turn = new CommitTurn(() => runs++);
  const began = performance.now();
  turn.after(30);
  turn.soon();
  await waitFor(() => runs > 0);
  assertEquals(performance.now() - began >= 29, true);
  assertEquals(runs, 1);
});

Deno.test("CommitTurn.cancel() leaves nothing behind", async () => {
  let runs = 0;
  const turn = new CommitTurn(() => runs++);
  turn.soon();
  turn.cancel();
  turn.after(1);
  turn.cancel();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(runs, 0);
});
