import { assertEquals, assertStringIncludes } from "@std/assert";
import { DirectClientError } from "../../../src/client/direct/direct_client_error.ts";
import { DirectSilence, explainSilence } from "../../../src/client/direct/direct_silence.ts";
import { fingerprint } from "../../support/fingerprints.ts";

const SERVER = { hostname: "::1", port: 5 };

Deno.test("DirectSilence tells how long it was silent", () => {
  const { code, message } = new DirectSilence().error(SERVER, 1_500.4);
  assertEquals(code, "SERVER_SILENT");
  assertEquals(message, "Cannot reach server [::1]:5: no answer for 1.5 s");
});

Deno.test("DirectSilence.errorOfOne() tells that the server is there", () => {
  const { code, message } = new DirectSilence().errorOfOne(SERVER, 1_000);
  assertEquals(code, "SERVER_SILENT");
  assertStringIncludes(message, "it answers, but not to this message, for 1 s");
});

Deno.test("DirectSilence tells of another key rather than of plain text, until it is cleared", () => {
  const silence = new DirectSilence();
  silence.notePlainAnswer();
  assertStringIncludes(silence.error(SERVER, 1).message, "does not know this client's key");
  silence.noteOtherKey(fingerprint(1));
  assertStringIncludes(silence.error(SERVER, 1).message, fingerprint(1));
  silence.clear();
  assertEquals(silence.error(SERVER, 1_000).message.includes(";"), false);
});

Deno.test("explainSilence() adds why nothing could be sent, to silence alone", () => {
  const silent = new DirectClientError("SERVER_SILENT", "Cannot reach server");
  const cause = new Error("network is unreachable");
  const explained = explainSilence(silent, cause);
  assertEquals(explained.message, "Cannot reach server; sending failed: network is unreachable");
  assertEquals([explained.code, explained.cause], ["SERVER_SILENT", cause]);
  assertStringIncludes(explainSilence(silent, "odd").message, "odd");
  assertEquals(explainSilence(silent, undefined), silent);
  const other = new DirectClientError("SERVER_KEY_MISMATCH", "Cannot trust server");
  assertEquals(explainSilence(other, cause), other);
});
