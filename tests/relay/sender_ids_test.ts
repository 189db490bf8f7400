import { assertEquals, assertStrictEquals } from "@std/assert";
import { SenderIds } from "../../src/relay/sender_ids.ts";
import { fakeSession } from "../support/fake_session.ts";

const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("SenderIds encodes an id in UTF-8, once", () => {
  const ids = new SenderIds();
  const session = fakeSession({ name: "pumpe-ä" });
  assertEquals(ids.of(session), encode("pumpe-ä"));
  assertStrictEquals(ids.of(session), ids.of(session));
});

Deno.test("SenderIds follows a session that goes by another id", () => {
  const ids = new SenderIds();
  const session = fakeSession();
  assertEquals(ids.of(session), encode("127.0.0.1:5000"));
  session.id = "127.0.0.1:5001";
  assertEquals(ids.of(session), encode("127.0.0.1:5001"));
});
