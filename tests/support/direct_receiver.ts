import { fileURLToPath } from "node:url";
import { startDirect } from "../../scripts/hushcast_process.ts";
import { LineProcess } from "../../scripts/line_process.ts";
import { pythonTest } from "./python.ts";

const PYTHON_SERVER = fileURLToPath(new URL("../interop/direct_server.py", import.meta.url));

/** A message that a direct server has handed over. */
export interface ReceivedMessage {
  /** `ip:port` of the client. */
  readonly sender: string;
  readonly text: string;
  /** Fingerprint of the key whose signature was checked. */
  readonly signedBy: string | undefined;
}

/** A direct server in a process of its own, whichever it is. */
export interface DirectReceiver extends AsyncDisposable {
  readonly process: LineProcess;
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** `SHA256:...` of its RSA key. */
  readonly fingerprint: string;
  /**
   * Waits until a message with this text is handed over.
   *
   * @returns All messages so far, in order.
   */
  messagesUpTo(text: string): Promise<readonly ReceivedMessage[]>;
}

/** What a Python client is to find at a direct server. */
export type ReceiverScenario = (server: DirectReceiver, python: string) => Promise<void>;

/**
 * Registers a test of `hushcast direct`, and the same of the Python server: so the Python client,
 * which is the measure of the one, is measured by the other.
 *
 * @param name What the server does, as in "acknowledges a whole message".
 * @param scenario The test.
 * @param bits Length of the server's RSA key.
 */
export function receiverTest(name: string, scenario: ReceiverScenario, bits = 2048): void {
  pythonTest(`hushcast direct (Python client) ${name}`, async (python) => {
    await using server = await startHushcastReceiver(bits);
    await scenario(server, python);
  });
  pythonTest(`direct_server.py (Python client) ${name}`, async (python) => {
    await using server = await startPythonReceiver(python, ["--bits", String(bits)]);
    await scenario(server, python);
  });
}

/**
 * Starts `tests/interop/direct_server.py`.
 *
 * @param python What `findPython` gave.
 * @param args Its flags.
 */
export async function startPythonReceiver(
  python: string,
  args: readonly string[] = [],
): Promise<DirectReceiver> {
  const process = new LineProcess(python, ["-u", PYTHON_SERVER, ...args]);
  try {
    const ready = /"ready", "port": (\d+), "key": "(SHA256:[^"]+)"/;
    const [, port = "", fingerprint = ""] = await process.line(ready);
    return receiver(process, `127.0.0.1:${port}`, fingerprint);
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

async function startHushcastReceiver(bits: number): Promise<DirectReceiver> {
  const { process, server, key } = await startDirect(["--json", "--rsa-bits", `${bits}`]);
  return receiver(process, server, key);
}

function receiver(process: LineProcess, address: string, fingerprint: string): DirectReceiver {
  return {
    process,
    address,
    fingerprint,
    async messagesUpTo(text) {
      await process.line(new RegExp(`"text": ?"${RegExp.escape(text)}"`));
      return process.stdout.flatMap((line) => receivedMessages(line));
    },
    [Symbol.asyncDispose]: () => process[Symbol.asyncDispose](),
  };
}

/** Reads `{"type":"message",...}` of hushcast and `{"event":"message",...}` of the Python server. */
function receivedMessages(line: string): ReceivedMessage[] {
  if (!line.startsWith("{")) return [];
  const { type, event, sender, text, signed_by: signedBy } = JSON.parse(line);
  return [type, event].includes("message")
    ? [{ sender, text, signedBy: signedBy ?? undefined }]
    : [];
}
