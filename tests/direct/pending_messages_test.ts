import { assertEquals, assertRejects } from "@std/assert";
import { DirectServerError } from "../../src/direct/direct_server_error.ts";
import { PendingMessages } from "../../src/direct/pending_messages.ts";

const refusals = [
  { refusal: "no_such_client", code: "NO_SUCH_CLIENT" },
  { refusal: "too_large", code: "MESSAGE_TOO_LARGE" },
  { refusal: "reads_as_answer", code: "READS_AS_ANSWER" },
  { refusal: "overloaded", code: "SEND_QUEUE_FULL" },
] as const;
for (const { refusal, code } of refusals) {
  Deno.test(`PendingMessages.refuse() ends a wait with ${code} for ${refusal}`, async () => {
    const pending = new PendingMessages();
    const { sendId, left } = pending.begin();
    pending.refuse(sendId, refusal, "127.0.0.1:5000");
    const error = await assertRejects(() => left, DirectServerError, "127.0.0.1:5000");
    assertEquals(error.code, code);
  });
}

Deno.test("PendingMessages.settle() ends the wait of its message alone", async () => {
  const pending = new PendingMessages();
  const [first, second] = [pending.begin(), pending.begin()];
  pending.settle(second.sendId);
  await second.left;
  pending.fail(first.sendId);
  const error = await assertRejects(() => first.left, DirectServerError);
  assertEquals(error.code, "SEND_FAILED");
});

Deno.test("PendingMessages ends each wait once", async () => {
  const pending = new PendingMessages();
  const { sendId, left } = pending.begin();
  pending.settle(sendId);
  pending.settle(sendId);
  pending.fail(sendId);
  pending.fail(999);
  await left;
});

Deno.test("PendingMessages.failAll() ends every wait with the error", async () => {
  const pending = new PendingMessages();
  const waits = [pending.begin(), pending.begin()];
  const error = new DirectServerError("SERVER_CLOSED", "Cannot send: the server has shut down");
  pending.failAll(error);
  for (const { sendId, left } of waits) {
    pending.settle(sendId);
    assertEquals(await assertRejects(() => left), error);
  }
});
