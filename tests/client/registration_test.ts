import { assertEquals } from "@std/assert";
import { Backoff } from "../../src/session/backoff.ts";
import { meaningOf, Registration, REJECTION_GRACE_MS } from "../../src/client/registration.ts";

function registration(): Registration {
  const backoff = new Backoff({ firstMs: 250, capMs: 1_000 }, () => 0.5);
  return new Registration(new Uint8Array(1), backoff, 0);
}

Deno.test("Registration.tick() sends 6 times and then gives up", () => {
  const unanswered = registration();
  const steps: string[] = [];
  for (let count = 0; count < 7; count++) {
    const ms = unanswered.nextDeadlineMs();
    steps.push(`${ms} ${unanswered.tick(ms).step}`);
  }
  assertEquals(steps, [
    "0 send",
    "250 send",
    "750 send",
    "1750 send",
    "2750 send",
    "3750 send",
    "4750 unanswered",
  ]);
});

Deno.test("Registration lets a rejection count after its grace, and goes on trying until then", () => {
  const rejected = registration();
  rejected.tick(0);
  rejected.reject({ reason: 3, text: "full" }, 100);
  rejected.reject({ reason: 4, text: "banned" }, 110);
  assertEquals(rejected.tick(250), { step: "send" });
  assertEquals(rejected.nextDeadlineMs(), 100 + REJECTION_GRACE_MS);
  assertEquals(rejected.tick(99 + REJECTION_GRACE_MS), { step: "nothing" });
  const rejection = { reason: 3, text: "full" };
  assertEquals(rejected.tick(100 + REJECTION_GRACE_MS), { step: "rejected", rejection });
});

for (
  const [reason, meaning] of [
    [1, "permanent"],
    [2, "permanent"],
    [3, "temporary"],
    [4, "permanent"],
    [5, "start_over"],
    [6, "temporary"],
    [7, "start_over"],
    [0, "temporary"],
    [200, "temporary"],
  ] as const
) {
  Deno.test(`meaningOf() takes code ${reason} for ${meaning}`, () => {
    assertEquals(meaningOf(reason), meaning);
  });
}
