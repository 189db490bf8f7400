import { assertEquals, assertRejects } from "@std/assert";
import { RsaMeter, type RsaOperation } from "../../src/observe/rsa_meter.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** A meter, its clock, and what its listener was told. */
function meterAndTold() {
  const clock = new FakeClock();
  const told: [number, RsaOperation][] = [];
  const listener = (seconds: number, operation: RsaOperation) => told.push([seconds, operation]);
  return { clock, told, meter: new RsaMeter(listener, () => clock.now.monotonicMs) };
}

Deno.test("RsaMeter.measure() tells how long each operation took, and gives its result", async () => {
  const { clock, told, meter } = meterAndTold();
  for (const [operation, ms] of [["decrypt", 15], ["encrypt", 1], ["verify", 2]] as const) {
    const result = await meter.measure(operation, () => {
      clock.advance(ms);
      return Promise.resolve(operation);
    });
    assertEquals(result, operation);
  }
  assertEquals(told, [[0.015, "decrypt"], [0.001, "encrypt"], [0.002, "verify"]]);
});

Deno.test("RsaMeter sums up decryptions alone, and shows those under way", async () => {
  const { clock, meter } = meterAndTold();
  const results = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const operations = ["decrypt", "decrypt", "import"] as const;
  const measured = operations.map((operation, index) =>
    meter.measure(operation, () => results[index]?.promise ?? Promise.resolve())
  );
  assertEquals([meter.decrypting, meter.decryptSeconds], [2, 0]);
  for (const { resolve } of results) {
    clock.advance(250);
    resolve();
    await Promise.resolve();
  }
  await Promise.all(measured);
  assertEquals([meter.decrypting, meter.decryptSeconds], [0, 0.75]);
});

Deno.test("RsaMeter.measure() counts an operation that fails, and lets the failure through", async () => {
  const { clock, told, meter } = meterAndTold();
  const failing = () => {
    clock.advance(4);
    return Promise.reject(new Error("no such block"));
  };
  await assertRejects(() => meter.measure("decrypt", failing), Error, "no such block");
  assertEquals([told, meter.decrypting], [[[0.004, "decrypt"]], 0]);
});

Deno.test("RsaMeter measures by the clock of the platform unless it is given one", async () => {
  const meter = new RsaMeter();
  await meter.measure("decrypt", () => Promise.resolve());
  assertEquals([meter.decryptSeconds >= 0, meter.decryptSeconds < 60], [true, true]);
});
