import { assertEquals } from "@std/assert";
import { DirectContentReader } from "../../../src/client/direct/direct_content_reader.ts";
import { Fernet } from "../../../src/crypto/fernet.ts";
import { encodeTlvs } from "../../../src/wire/tlv.ts";
import { namedTlv } from "../../support/named_tlv.ts";

const NOW = { monotonicMs: 0, unixMs: 1_700_000_000_000 };

Deno.test("DirectContentReader.read() gives a message whose buffer holds nothing else", () => {
  const fernetKey = Fernet.generateKey();
  const plaintext = encodeTlvs([namedTlv("MESSAGE", "hi")]);
  const token = new Fernet(fernetKey).encrypt(plaintext, { now: NOW.unixMs / 1000 });
  const body = { bytes: token, digest: "", isDatagram: true };
  const opened = { outcome: "hybrid", body, fernetKey, token } as const;
  const content = new DirectContentReader().read(opened, NOW);
  assertEquals(content.type, "message");
  if (content.type !== "message") return;
  assertEquals(new TextDecoder().decode(content.payload.buffer), "hi");
});
