import type { FernetCore } from "../../src/crypto/fernet_core.ts";
import { sharedFernetCore } from "../../src/crypto/shared_fernet_core.ts";

/** The core, where tests of it run: any machine that these tests know has vector instructions. */
export function startedFernetCore(): FernetCore {
  const core = sharedFernetCore();
  if (core === undefined) throw new Error("no WebAssembly with vector instructions here");
  return core;
}
