/**
 * Builds the WebAssembly core for short Fernet tokens from `src/crypto/fernet_core/`, which is
 * AssemblyScript, into `src/crypto/fernet_core.json`. The same source gives the same bytes.
 *
 *     deno task build:fernet
 */
import asc from "assemblyscript/asc";

const SOURCE = new URL("../src/crypto/fernet_core/", import.meta.url);
const ASSET = new URL("../src/crypto/fernet_core.json", import.meta.url);
const LINE_CHARACTERS = 92;

// deno-fmt-ignore
const COMPILER_OPTIONS = [
  "--outFile", "core.wasm",
  "-O3", "--converge", "--noAssert",
  "--runtime", "stub",
  "--enable", "simd,relaxed-simd",
  "--initialMemory", "1", "--maximumMemory", "1",
  // Vectors go from file to file here, never out of the core, which is all that it warns of.
  "--disableWarning", "112",
];

/**
 * The compiler knows its own names; what tells them to TypeScript is not for it. Lines stay where
 * they are, for its messages.
 */
function withoutAssemblyImport(source: string): string {
  return source.replace(
    /^import (?:type )?\{[^}]*\} from "\.\/assembly\.ts";$/m,
    (clause) => clause.replaceAll(/[^\n]/g, ""),
  );
}

function readSource(name: string): string | null {
  try {
    return withoutAssemblyImport(Deno.readTextFileSync(new URL(name, SOURCE)));
  } catch (error) {
    // It looks for a file in several places, and asks for each.
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * Compiles the core, or parts of it that a test wants to call one by one.
 *
 * @param entries Files of the source; what they export, the module exports.
 * @returns The WebAssembly.
 * @throws {Error} If the source does not compile; the message is the compiler's.
 */
export async function buildFernetCore(
  entries: readonly string[] = ["core.ts"],
): Promise<Uint8Array<ArrayBuffer>> {
  const written = new Map<string, string | Uint8Array>();
  const result = await asc.main([...entries, ...COMPILER_OPTIONS], {
    readFile: readSource,
    writeFile: (name, contents) => void written.set(name, contents),
    listFiles: () => [],
  });
  const wasm = written.get("core.wasm");
  if (result.error === null && wasm instanceof Uint8Array) return new Uint8Array(wasm);
  throw new Error(`Cannot build the Fernet core:\n${result.stderr}`, { cause: result.error });
}

/** The asset's text. JSON, since that is imported and bundled without any unstable flag. */
function assetOf(wasm: Uint8Array): string {
  const lines = wasm.toBase64().match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g"));
  return `${JSON.stringify({ wasm: lines }, undefined, 2)}\n`;
}

if (import.meta.main) {
  const wasm = await buildFernetCore();
  await Deno.writeTextFile(ASSET, assetOf(wasm));
  console.log(`${wasm.byteLength} bytes of WebAssembly`);
}
