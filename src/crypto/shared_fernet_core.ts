import { FernetCore } from "./fernet_core.ts";
import core from "./fernet_core.json" with { type: "json" };

let loaded: { readonly core: FernetCore | undefined } | undefined;

/**
 * The one core of this thread, compiled when it is first asked for: a command that needs no Fernet
 * does not pay for it, and 10,000 keys do not take a page of memory each. That it is kept here makes
 * no difference to anyone, since it holds nothing from one call to the next.
 *
 * @returns The core, or `undefined` where WebAssembly or its vector instructions are missing.
 */
export function sharedFernetCore(): FernetCore | undefined {
  loaded ??= { core: FernetCore.load(Uint8Array.fromBase64(core.wasm.join(""))) };
  return loaded.core;
}
