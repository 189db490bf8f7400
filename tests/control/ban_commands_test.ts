import { assertEquals, assertRejects } from "@std/assert";
import { BAN_COMMANDS, MAX_BAN_SECONDS } from "../../src/control/ban_commands.ts";
import { CommandError } from "../../src/control/command.ts";
import { HushcastError } from "../../src/errors.ts";
import { FakeAdmin } from "./fake_admin.ts";

async function run(admin: FakeAdmin, name: string, ...args: string[]) {
  const command = BAN_COMMANDS.find((command) => command.name === name);
  if (command === undefined) throw new Error(`No command ${name}`);
  return await command.run(args, admin);
}

Deno.test("ban keeps a name out until unban", async () => {
  const reply = await run(new FakeAdmin(), "ban", "pump 3");
  assertEquals(reply, {
    lines: ['banned "pump 3" kind=name since=2026-11-22T00:00:00.000Z until=unban'],
    data: { target: "pump 3", kind: "name", since: "2026-11-22T00:00:00.000Z" },
  });
});

Deno.test("ban takes seconds", async () => {
  const { data } = await run(new FakeAdmin(), "ban", "ada", "90");
  const since = "2026-11-22T00:00:00.000Z";
  assertEquals(data, { target: "ada", kind: "name", since, until: "2026-11-22T00:01:30.000Z" });
});

for (const seconds of ["0", "-1", "1.5", "1e3", "", "soon", String(MAX_BAN_SECONDS + 1)]) {
  Deno.test(`ban refuses "${seconds}" for seconds`, async () => {
    const admin = new FakeAdmin();
    const error = await assertRejects(() => run(admin, "ban", "ada", seconds), CommandError);
    assertEquals([error.code, admin.bans.length], ["BAD_ARGUMENTS", 0]);
  });
}

Deno.test("ban takes the most seconds that there can be", async () => {
  const admin = new FakeAdmin();
  await run(admin, "ban", "ada", String(MAX_BAN_SECONDS));
  assertEquals(admin.bans.length, 1);
});

Deno.test("ban says why the relay does not take the ban", async () => {
  const admin = new FakeAdmin();
  admin.banError = new class extends HushcastError {
    readonly code = "BAN_TARGET";
  }("Cannot ban: it is no name");
  const error = await assertRejects(() => run(admin, "ban", "\t"), CommandError);
  assertEquals([error.code, error.message], ["BAN_FAILED", "Cannot ban: it is no name"]);
});

Deno.test("ban leaves an error that nobody foresaw as it is", async () => {
  const admin = new FakeAdmin();
  admin.banError = new TypeError("a mistake of ours");
  await assertRejects(() => run(admin, "ban", "ada"), TypeError);
});

Deno.test("unban lifts a ban, and says when there is none", async () => {
  const admin = new FakeAdmin();
  await run(admin, "ban", "ada");
  assertEquals((await run(admin, "unban", "ada")).data, { unbanned: "ada" });
  const error = await assertRejects(() => run(admin, "unban", "ada"), CommandError);
  assertEquals(error.code, "NO_SUCH_BAN");
});

Deno.test("list_bans gives a line a ban", async () => {
  const admin = new FakeAdmin();
  await run(admin, "ban", "ada");
  await run(admin, "ban", "ben", "60");
  const { lines, data } = await run(admin, "list_bans");
  assertEquals(lines, [
    "ada kind=name since=2026-11-22T00:00:00.000Z until=unban",
    "ben kind=name since=2026-11-22T00:00:00.000Z until=2026-11-22T00:01:00.000Z",
  ]);
  assertEquals(Array.isArray(data) && data.length, 2);
});

Deno.test("unban says that it holds for this run only", async () => {
  const admin = new FakeAdmin();
  admin.banError = new class extends HushcastError {
    readonly code = "BANS_NOT_SAVED";
  }("Done, but for this run only: the disk is full");
  const error = await assertRejects(() => run(admin, "unban", "ada"), CommandError);
  assertEquals([error.code, error.message], ["BAN_FAILED", admin.banError.message]);
});
