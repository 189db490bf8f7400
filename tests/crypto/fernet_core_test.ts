import { assertEquals } from "@std/assert";
import { FernetCore } from "../../src/crypto/fernet_core.ts";
import asset from "../../src/crypto/fernet_core.json" with { type: "json" };
import { KEY, PLAINTEXT, PREPARED_KEY_BYTES, TEXT } from "../../src/crypto/fernet_core/layout.ts";
import { sharedFernetCore } from "../../src/crypto/shared_fernet_core.ts";
import { buildFernetCore } from "../../scripts/build_fernet_core.ts";

const WASM = Uint8Array.fromBase64(asset.wasm.join(""));
const SECRET = new Uint8Array(300).fill(0xa5);

Deno.test("fernet_core.json is what its source builds (else: deno task build:fernet)", async () => {
  assertEquals((await buildFernetCore()).toHex(), WASM.toHex());
});

Deno.test("sharedFernetCore() gives the same core each time", () => {
  assertEquals(sharedFernetCore() instanceof FernetCore, true);
  assertEquals(sharedFernetCore(), sharedFernetCore());
});

Deno.test("FernetCore.load() gives nothing where the instructions are not known", () => {
  assertEquals(FernetCore.load(new Uint8Array(8)), undefined);
  // A module of one function that returns the result of a vector instruction that does not exist.
  const unknown = Uint8Array.fromHex(
    "0061736d01000000010501600001" + "7b030201000a07010500fdff7f0b",
  );
  assertEquals(FernetCore.load(unknown), undefined);
});

/** Memory and functions of a core of its own. */
function bareCore(): { memory: Uint8Array; call: (name: string, ...numbers: number[]) => number } {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(WASM));
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new TypeError("no memory");
  const call = (name: string, ...numbers: number[]) => {
    const value = exports[name];
    if (typeof value !== "function") throw new TypeError(`no function ${name}`);
    return value(...numbers);
  };
  return { memory: new Uint8Array(memory.buffer), call };
}

/** Asserts that nothing of a key or a plaintext is left where they were. */
function assertWiped(memory: Uint8Array): void {
  assertEquals(memory.slice(KEY, KEY + PREPARED_KEY_BYTES), new Uint8Array(PREPARED_KEY_BYTES));
  assertEquals(memory.slice(PLAINTEXT, PLAINTEXT + 304), new Uint8Array(304));
}

Deno.test("the core wipes key and plaintext when it has sealed, and the key when it has opened", () => {
  const { memory, call } = bareCore();
  memory.fill(7, KEY, KEY + 32);
  call("prepareKey");
  const key = memory.slice(KEY, KEY + PREPARED_KEY_BYTES);
  memory.set(SECRET, PLAINTEXT);
  const length = call("seal", SECRET.byteLength, 0, 1);
  assertWiped(memory);
  memory.set(key, KEY);
  const bytes = call("open", length);
  assertEquals(bytes, 25 + 304 + 32);
  assertWiped(memory);
  memory.set(key, KEY);
  assertEquals(call("decrypt", 304), 300);
  assertEquals(memory.slice(KEY, KEY + PREPARED_KEY_BYTES), new Uint8Array(PREPARED_KEY_BYTES));
  assertEquals(memory.slice(PLAINTEXT, PLAINTEXT + 300), SECRET);
});

Deno.test("the core has no room that overlaps another", () => {
  const { memory, call } = bareCore();
  const plaintext = new Uint8Array(8_192).fill(1);
  memory.fill(7, KEY, KEY + 32);
  call("prepareKey");
  const key = memory.slice(KEY, KEY + PREPARED_KEY_BYTES);
  memory.set(plaintext, PLAINTEXT);
  const length = call("seal", plaintext.byteLength, 0, 1);
  assertEquals(TEXT + length <= memory.byteLength, true);
  memory.set(key, KEY);
  assertEquals(call("open", length), 25 + 8_208 + 32);
  memory.set(key, KEY);
  assertEquals(call("decrypt", 8_208), 8_192);
  assertEquals(memory.slice(PLAINTEXT, PLAINTEXT + 8_192), plaintext);
});
