import { assertEquals } from "@std/assert";
import { sha256 } from "../../src/crypto/sha256.ts";
import { beginOpening } from "../../src/direct/opening.ts";
import { strangerPeer } from "../support/direct_peers.ts";

const ORIGIN = { type: "fragments", messageId: 7 } as const;

Deno.test("beginOpening() names the first block and the whole body by their SHA-256", () => {
  const body = Uint8Array.from({ length: 300 }, (_, index) => index & 0xff);
  const peer = strangerPeer(1);
  const opening = beginOpening(peer, body, ORIGIN, 256);
  assertEquals(opening.blockDigest, sha256(body.subarray(0, 256)).toHex());
  assertEquals(opening.bodyDigest, sha256(body).toHex());
  assertEquals([opening.peer === peer, opening.origin, opening.opened], [true, ORIGIN, []]);
});

Deno.test("beginOpening() names a body of one block once", () => {
  const body = new Uint8Array(256).fill(7);
  const opening = beginOpening(strangerPeer(1), body, { type: "datagram" }, 256);
  assertEquals([opening.blockDigest, opening.bodyDigest], [
    sha256(body).toHex(),
    sha256(body).toHex(),
  ]);
});
