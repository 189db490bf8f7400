import { assertEquals } from "@std/assert";
import { HttpServiceFixture, textOfReply } from "../support/http_service_fixture.ts";

Deno.test("/healthz says that the server lives", async () => {
  const fixture = new HttpServiceFixture();
  fixture.fakes.notReadyBecause = "shutting down";
  const reply = await fixture.ask("/healthz");
  assertEquals([reply.status, textOfReply(reply)], [200, "ok\n"]);
});

Deno.test("/readyz says whether the server takes clients", async () => {
  const fixture = new HttpServiceFixture();
  const ready = await fixture.ask("/readyz");
  assertEquals([ready.status, textOfReply(ready)], [200, "ready\n"]);
  fixture.fakes.notReadyBecause = "shutting down";
  const late = await fixture.ask("/readyz");
  assertEquals([late.status, textOfReply(late)], [503, "not ready: shutting down\n"]);
});

Deno.test("/metrics gives the metrics as they are", async () => {
  const reply = await new HttpServiceFixture().ask("/metrics");
  assertEquals(textOfReply(reply), "up 1\n");
  assertEquals(reply.headers["Content-Type"], "text/plain; version=0.0.4");
});
