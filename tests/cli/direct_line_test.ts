import { assert, assertEquals } from "@std/assert";
import {
  directEventJson,
  directGapJson,
  directMessageJson,
  directMessageText,
} from "../../src/cli/direct_line.ts";
import { clientSummary } from "../control/fake_admin.ts";
import { directMessage } from "../support/direct_message.ts";
import { fingerprint } from "../support/fingerprints.ts";

Deno.test("directMessageText() gives sender, tab and text on one line", () => {
  const message = directMessage("two\nlines\tand \x1b[2J");
  assertEquals(directMessageText(message), "127.0.0.1:5000\ttwo\\nlines\tand \\u001b[2J");
});

const messages: [name: string, message: ReturnType<typeof directMessage>, json: string][] = [
  [
    "a message",
    directMessage("hello"),
    '{"type":"message","sender":"127.0.0.1:5000","text":"hello","form":"hybrid"}',
  ],
  [
    "who signed it",
    directMessage("hello", { signedBy: fingerprint(1) }),
    '{"type":"message","sender":"127.0.0.1:5000","text":"hello",' +
    `"signed_by":"${fingerprint(1)}","form":"hybrid"}`,
  ],
  [
    "bytes that are not UTF-8",
    directMessage(Uint8Array.of(0xff, 0), { form: "plain" }),
    '{"type":"message","sender":"127.0.0.1:5000","base64":"/wA=","form":"plain"}',
  ],
];

for (const [name, message, json] of messages) {
  Deno.test(`directMessageJson() gives ${name}`, () => {
    assertEquals(directMessageJson(message), json);
  });
}

Deno.test("directMessageJson() keeps exact text on one line that drives no terminal", () => {
  const text = "a\nb\x1b[2J\u2028\u202e\ufeff";
  const line = directMessageJson(directMessage(text));
  assert(!/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line), line);
  assertEquals(JSON.parse(line).text, text);
});

const client = clientSummary({ id: "127.0.0.1:5000", session: undefined, key: fingerprint(1) });

Deno.test("directEventJson() gives a join", () => {
  assertEquals(
    directEventJson({ event: "joined", client }),
    `{"type":"joined","id":"127.0.0.1:5000","key":"${fingerprint(1)}"}`,
  );
});

Deno.test("directEventJson() gives a leave and its reason", () => {
  assertEquals(
    directEventJson({ event: "left", client, reason: "timed_out" }),
    `{"type":"left","id":"127.0.0.1:5000","key":"${fingerprint(1)}","reason":"timed_out"}`,
  );
});

Deno.test("directGapJson() gives how many lines were left out", () => {
  assertEquals(directGapJson(3), '{"type":"gap","dropped":3}');
});
