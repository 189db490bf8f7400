import { assertEquals, assertRejects } from "@std/assert";
import { type AdministeredServer, directAdmin } from "../../src/cli/direct_admin.ts";
import { DirectServerError } from "../../src/direct/direct_server_error.ts";
import { FakeDirectAdmin } from "../control/fake_admin.ts";
import { fingerprint } from "../support/fingerprints.ts";

/** A direct server that only remembers what it was told. */
function fakeServer() {
  const admin = new FakeDirectAdmin();
  const sends: string[] = [];
  const server: AdministeredServer = {
    listClients: () => admin.listClients(),
    findClient: (id) => admin.findClient(id),
    kickClient: (id, reason) => admin.kickClient(id, reason),
    stats: () => ({ clients: 1 }),
    shutdown: (reason) => admin.shutdown(reason),
    sendTo(address, text) {
      sends.push(`${address} ${text}`);
      return address === "127.0.0.1:5000"
        ? Promise.resolve()
        : Promise.reject(new DirectServerError("NO_SUCH_CLIENT", "Cannot send"));
    },
  };
  return { server, sends, calls: admin.calls };
}

Deno.test("directAdmin() looks at the server and changes it", () => {
  const { server, calls } = fakeServer();
  const admin = directAdmin(server);
  assertEquals(admin.listClients().map(({ id }) => id), ["127.0.0.1:5000"]);
  assertEquals(admin.findClient("nobody"), undefined);
  assertEquals(admin.kickClient(fingerprint(1), "noisy"), true);
  assertEquals(admin.stats(), { clients: 1 });
  admin.shutdown("bye");
  assertEquals(calls, [`kick ${fingerprint(1)}: noisy`, "shutdown: bye"]);
});

for (const id of ["127.0.0.1:5000", fingerprint(1)]) {
  Deno.test(`directAdmin() sends to ${id} by its address, and tells that`, async () => {
    const { server, sends } = fakeServer();
    assertEquals(await directAdmin(server).sendTo(id, "tea"), "127.0.0.1:5000");
    assertEquals(sends, ["127.0.0.1:5000 tea"]);
  });
}

Deno.test("directAdmin() leaves it to the server to refuse an ID", async () => {
  const { server } = fakeServer();
  const error = await assertRejects(
    () => directAdmin(server).sendTo("nobody", "tea"),
    DirectServerError,
  );
  assertEquals(error.code, "NO_SUCH_CLIENT");
});
