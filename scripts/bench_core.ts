/**
 * Measures the relay core with a number of recipients. No sockets: what the network adds is not
 * ours. `bench_fernet.ts` measures what it spends most of that time on.
 *
 *     deno task bench:core [--seconds N]
 */
import { Fernet } from "../src/crypto/fernet.ts";
import { MemoryHistory } from "../src/history/memory_history.ts";
import { RelayCore } from "../src/relay/relay_core.ts";
import { encodeTlvs } from "../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES as TYPES } from "../src/wire/tlv_types.ts";
import { beginBench, row } from "./bench_report.ts";

const RECIPIENTS = [1, 10, 100, 1_000];
const MESSAGE_BYTES = 300;

/** Calls a function for a while. Returns microseconds a call, after a warm-up. */
function measure(seconds: number, run: () => void): number {
  const calls = (ms: number) => {
    const end = performance.now() + ms;
    let count = 0;
    for (; performance.now() < end; count++) run();
    return count;
  };
  calls(seconds * 200);
  const startMs = performance.now();
  const count = calls(seconds * 1000);
  return (performance.now() - startMs) * 1000 / count;
}

const now = () => ({ monotonicMs: performance.now(), unixMs: Date.now() });

function startCore(): RelayCore {
  return new RelayCore({
    options: {
      types: TYPES,
      clientTimeoutMs: 3_600_000,
      fragmentTimeoutMs: 10_000,
      maxMessageAgeSeconds: 60,
      maxMessageBytes: 1 << 20,
      maxClients: 10_000,
      budgetBytes: 1_200,
      rsaConcurrency: 1,
      cookieThreshold: 64,
      authTokens: undefined,
      bans: [],
      groupDelivery: { mode: "off" },
      randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    },
    history: new MemoryHistory({
      types: TYPES,
      limits: { maxMessages: 4_096, maxBytes: 64 * 1024 * 1024, maxAgeMs: undefined },
      seriesId: new Uint8Array(8),
    }),
    serverKey: { pem: new Uint8Array(451), modulusBytes: 256, generation: 1 },
    identity: new Uint8Array(104),
    renewIdentityAtMs: Infinity,
  }, now());
}

/** Registers a client whose RSA block "decrypts" to its key, as the shell would have it. */
function register(core: RelayCore, port: number): Fernet {
  const key = Fernet.generateKey();
  const value = crypto.getRandomValues(new Uint8Array(256));
  const datagram = encodeTlvs([{ type: TYPES.ENCRYPTED_SYMMETRIC_KEY, value }]);
  const effects = core.receive(datagram, { hostname: "192.0.2.1", port }, now());
  const job = effects.find((effect) => effect.type === "decrypt_key");
  if (job?.type !== "decrypt_key") throw new Error("the relay asked for no RSA");
  core.keyDecrypted(job.jobId, new TextEncoder().encode(key), now());
  return new Fernet(key);
}

/** Lets the relay send what the registrations left to send, as its timer would. */
async function settle(core: RelayCore): Promise<void> {
  for (;;) {
    const waitMs = (core.nextDeadline() ?? Infinity) - performance.now();
    if (waitMs > 1_000) return;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, waitMs)));
    core.tick(now());
  }
}

async function benchCore(seconds: number): Promise<void> {
  console.log(`\nRelay core, messages of ${MESSAGE_BYTES} bytes`);
  row("recipients", "us a message", "us a delivery", "deliveries/s");
  for (const recipients of RECIPIENTS) {
    const core = startCore();
    const sender = register(core, 1);
    for (let port = 2; port < recipients + 2; port++) register(core, port);
    await settle(core);
    const plaintext = encodeTlvs([{ type: TYPES.MESSAGE, value: new Uint8Array(MESSAGE_BYTES) }]);
    let messages = 0;
    const micros = measure(seconds, () => {
      const value = sender.encrypt(plaintext);
      const datagram = encodeTlvs([{ type: TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE, value }]);
      core.receive(datagram, { hostname: "192.0.2.1", port: 1 }, now());
      messages++;
    });
    const { deliveries } = core.statistics();
    if (deliveries !== messages * recipients) {
      throw new Error(`want ${messages * recipients} deliveries, got ${deliveries}`);
    }
    const each = micros / recipients;
    row(recipients, micros.toFixed(1), each.toFixed(1), Math.round(1e6 / each));
  }
}

const seconds = beginBench();
await benchCore(seconds);
