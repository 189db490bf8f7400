import { assert } from "@std/assert";
import { freeLowPort } from "../../../../scripts/soak/cluster/free_port.ts";

Deno.test("freeLowPort() finds a port below those that systems hand out, and it can be opened", () => {
  const port = freeLowPort();
  assert(port >= 20_000 && port < 30_000, `${port}`);
  Deno.listen({ hostname: "127.0.0.1", port }).close();
});
