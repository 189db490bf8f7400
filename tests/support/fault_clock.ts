import { fileURLToPath } from "node:url";
import { leaveOut } from "./leave_out.ts";
import { hasProgram, programTest } from "./test_with_program.ts";
import { temporaryDirectory } from "./temporary_directory.ts";

const SOURCE = fileURLToPath(new URL("fault_clock_shim.c", import.meta.url));

/** A wall clock that processes can be started with, and that a test can set. */
export interface SettableClock extends AsyncDisposable {
  /** Variables for a process that is to have it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sets it: how far it is ahead of the real one, seconds. */
  set(aheadSeconds: number): Promise<void>;
}

/** Makes a wall clock that is right until it is set. */
export async function settableClock(): Promise<SettableClock> {
  await using stack = new AsyncDisposableStack();
  const { path } = stack.use(await temporaryDirectory());
  const [shim, offset] = [`${path}/shim.so`, `${path}/offset`];
  await compile(shim);
  const set = async (aheadSeconds: number) => {
    const bytes = new BigInt64Array([BigInt(aheadSeconds)]);
    // In place: processes have the file mapped.
    using file = await Deno.open(offset, { write: true, create: true });
    await file.write(new Uint8Array(bytes.buffer));
  };
  await set(0);
  const owned = stack.move();
  return {
    environment: { LD_PRELOAD: shim, CLOCK_OFFSET_FILE: offset },
    set,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Registers a test that needs `settableClock`. */
export function clockTest(name: string, fn: () => Promise<void>): void {
  if (Deno.build.os === "linux") programTest("gcc", "gcc libc6-dev", name, fn);
  else leaveOut(name, "sets the clock of a process, as Linux can", { isMandatory: false });
}

/** Whether a clock can be set here. */
export const CAN_SET_CLOCKS: boolean = Deno.build.os === "linux" && hasProgram("gcc");

async function compile(shim: string): Promise<void> {
  const args = ["-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", shim, SOURCE, "-ldl"];
  const { success, stderr } = await new Deno.Command("gcc", { args }).output();
  if (!success) throw new Error(`Cannot compile: ${new TextDecoder().decode(stderr)}`);
}
