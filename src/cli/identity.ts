import { loadIdentity } from "../relay/identity_file.ts";
import type { CommandContext } from "./command.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";

/** Runs `hushcast identity`, which makes the identity when there is none; see `CommandModule`. */
export async function run({ settings, io }: CommandContext<"identity">): Promise<ExitCode> {
  const { identity, path, isNew, isExposed } = await loadIdentity(settings.state);
  if (isNew) await io.stderr.write(`created a new identity in ${path}\n`);
  if (isExposed) {
    const advice = "make it yours by chmod 600";
    await io.stderr.write(`others on this machine can use the identity in ${path}: ${advice}\n`);
  }
  const { fingerprint } = identity;
  await io.stdout.write(
    settings.json ? `${JSON.stringify({ identity: fingerprint, path })}\n` : `${fingerprint}\n`,
  );
  return EXIT_CODE.done;
}
