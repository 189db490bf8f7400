import { assertEquals } from "@std/assert";
import { OwnedWork } from "../../src/session/owned_work.ts";

Deno.test("OwnedWork.ended() waits for all work, also for what is added meanwhile", async () => {
  const work = new OwnedWork(() => undefined);
  const done: string[] = [];
  const first = Promise.withResolvers<void>();
  work.add(first.promise.then(() => {
    done.push("first");
    work.add(Promise.resolve().then(() => void done.push("second")));
  }));
  const ended = work.ended().then(() => void done.push("ended"));
  first.resolve();
  await ended;
  assertEquals(done, ["first", "second", "ended"]);
});

Deno.test("OwnedWork tells of what work throws, and goes on", async () => {
  const failures: unknown[] = [];
  const work = new OwnedWork((error) => void failures.push(error));
  work.add(Promise.reject("no key"));
  work.add(Promise.resolve());
  await work.ended();
  assertEquals(failures, ["no key"]);
});

Deno.test("OwnedWork.ended() has nothing to wait for at first", async () => {
  await new OwnedWork(() => undefined).ended();
});
