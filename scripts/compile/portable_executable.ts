import { concat } from "@std/bytes";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { portableHead } from "./portable_head.ts";
import { PERMISSION_FLAGS, UNSTABLE_FLAGS } from "./program_flags.ts";
import { sha256 } from "../../src/crypto/sha256.ts";

const TEMPLATE = new URL("./portable_head.sh", import.meta.url);

/** What a portable executable is made of. */
export interface PortableParts {
  readonly version: string;
  /** What the runtime runs on; named in messages. */
  readonly target: string;
  /** The bundled program, an ES module. */
  readonly program: Uint8Array;
  /** The Deno executable. */
  readonly runtime: Uint8Array;
}

/**
 * Puts a portable executable together: a POSIX shell head, the program and the runtime, packed.
 * The same parts give the same bytes.
 *
 * @param parts What it is made of.
 * @returns The file; the caller makes it executable.
 */
export async function portableExecutable(parts: PortableParts): Promise<Uint8Array> {
  const { version, target, program, runtime } = parts;
  const [packedProgram, packedRuntime] = await Promise.all([pack(program), pack(runtime)]);
  const programSum = sha256(program).toHex();
  const runtimeSum = sha256(runtime).toHex();
  const sums = `${runtimeSum}  hushcast\n${programSum}  hushcast.mjs\n`;
  const head = portableHead(await Deno.readTextFile(TEMPLATE), {
    version,
    target,
    id: sha256(new TextEncoder().encode(sums)).toHex(),
    flags: [...PERMISSION_FLAGS, ...UNSTABLE_FLAGS],
    runtime: { sum: runtimeSum, bytes: runtime.length, packedBytes: packedRuntime.length },
    program: { sum: programSum, bytes: program.length, packedBytes: packedProgram.length },
  });
  return concat([new TextEncoder().encode(head), packedProgram, packedRuntime]);
}

/** gzip, since every machine that has a shell has it; the others pack better. */
async function pack(bytes: Uint8Array): Promise<Uint8Array> {
  return await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION });
}
