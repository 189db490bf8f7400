import { assert, assertEquals, assertRejects } from "@std/assert";
import { Fernet } from "../../src/crypto/fernet.ts";
import { Identity } from "../../src/crypto/identity.ts";
import { importSpkiPem } from "../../src/crypto/rsa.ts";
import type { EventLogger, LogFields } from "../../src/observe/event_logger.ts";
import { statisticAt } from "../../src/observe/statistics_tree.ts";
import { RelayServer, type RelayServerOptions } from "../../src/relay/relay_server.ts";
import { AdmissionTokens } from "../../src/session/admission_tokens.ts";
import type { Ban } from "../../src/session/ban.ts";
import { BanTargetError } from "../../src/session/ban_list.ts";
import { decodeTlvs, encodeTlvs, findTlv, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { admissionToken } from "../support/admission_tokens.ts";
import { describeTlvs } from "../support/describe_tlvs.ts";
import { helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { memoryHistory } from "../support/relay_defaults.ts";
import { waitFor } from "../support/wait_for.ts";

const HOST = "127.0.0.1";
const TOKEN = "a token that must never show in a log";

/** Remembers what is logged, one line each. */
class RecordingLogger implements EventLogger {
  readonly lines: string[] = [];

  debug(message: string, fields?: LogFields): void {
    this.#record(message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#record(message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#record(message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#record(message, fields);
  }

  #record(message: string, fields: LogFields = {}): void {
    this.lines.push([message, ...Object.entries(fields).map((field) => field.join("="))].join(" "));
  }
}

async function startRelay(
  options: Partial<RelayServerOptions> & Pick<RelayServerOptions, "logger">,
  authTokens?: AdmissionTokens,
): Promise<RelayServer> {
  return await RelayServer.start({
    bind: HOST,
    port: 0,
    group: undefined,
    interface: undefined,
    identity: await Identity.generate(),
    rsaBits: 2048,
    groupDelivery: { mode: "off", port: 0 },
    protocol: {
      types: DEFAULT_TLV_TYPES,
      clientTimeoutMs: 60_000,
      fragmentTimeoutMs: 10_000,
      maxMessageAgeSeconds: 60,
      maxMessageBytes: 1024,
      maxClients: 10,
      budgetBytes: 1_200,
      rsaConcurrency: 1,
      cookieThreshold: 64,
      authTokens,
      bans: [],
    },
    history: memoryHistory({ maxMessages: 16, maxBytes: 1024 }),
    ...options,
  });
}

/** A client with a socket of its own that asks, and waits for what comes. */
class SocketClient implements Disposable {
  readonly #conn = Deno.listenDatagram({ transport: "udp", hostname: HOST, port: 0 });
  readonly #relay: Deno.NetAddr;
  readonly #key = Fernet.generateKey();
  readonly #fernet = new Fernet(this.#key);

  /** @param relay Whom it talks to. */
  constructor(relay: RelayServer) {
    this.#relay = { transport: "udp", ...relay.local };
  }

  /** Registers with a hello. @returns What the relay answers. */
  async register(...hello: readonly Tlv[]): Promise<string> {
    await this.#send(namedTlv("PUBLIC_KEY_REQUEST", new Uint8Array(1_000)));
    const pem = findTlv(await this.#receive(), DEFAULT_TLV_TYPES.SERVER_PUBLIC_KEY_RESPONSE);
    assert(pem !== undefined);
    const publicKey = await importSpkiPem(pem);
    await this.#send(
      namedTlv(
        "ENCRYPTED_SYMMETRIC_KEY",
        await publicKey.encrypt(new TextEncoder().encode(this.#key)),
      ),
      namedTlv("SYMMETRICALLY_ENCRYPTED_MESSAGE", this.#fernet.encrypt(encodeTlvs(hello))),
    );
    return await this.heard();
  }

  /** What comes next, in the clear or sealed. */
  async heard(): Promise<string> {
    const tlvs = await this.#receive();
    const token = findTlv(tlvs, DEFAULT_TLV_TYPES.SYMMETRICALLY_ENCRYPTED_MESSAGE);
    return describeTlvs(token === undefined ? tlvs : decodeTlvs(this.#fernet.decrypt(token)));
  }

  [Symbol.dispose](): void {
    this.#conn.close();
  }

  async #send(...tlvs: readonly Tlv[]): Promise<void> {
    await this.#conn.send(encodeTlvs(tlvs), this.#relay);
  }

  async #receive(): Promise<Tlv[]> {
    const [datagram] = await this.#conn.receive();
    return decodeTlvs(datagram);
  }
}

Deno.test("RelayServer.ban() ends sessions, tells the bans, and logs them", async () => {
  const logger = new RecordingLogger();
  const told: (readonly Ban[])[] = [];
  const onBansChanged = (bans: readonly Ban[]) => {
    told.push(bans);
    return Promise.resolve();
  };
  await using relay = await startRelay({ logger, onBansChanged });
  using alice = new SocketClient(relay);
  assertEquals(await alice.register(...helloTlvs("alice")), "REGISTRATION_ACCEPTED, SERIES_ID");
  const named = await relay.ban("alice");
  assertEquals(await alice.heard(), "DISCONNECT banned");
  assertEquals(await alice.register(...helloTlvs("alice")), "REGISTRATION_REJECTED 4");
  const address = await relay.ban(HOST, 60);
  assertEquals((address.untilUnixMs ?? 0) - address.sinceUnixMs, 60_000);
  assertEquals(await alice.register(), "REGISTRATION_REJECTED 4");
  assertEquals(relay.listBans(), [named, address]);
  const lifted = ["bob", "alice", HOST].map((target) => relay.unban(target));
  assertEquals(await Promise.all(lifted), [false, true, true]);
  assertEquals(told, [[named], [named, address], [address], []]);
  assertEquals(await alice.register(), "REGISTRATION_ACCEPTED, SERIES_ID");
  await assertRejects(() => relay.ban(""), BanTargetError);
  assertEquals(told.length, 4, "nothing has changed");
  const logged = logger.lines.filter((line) => /^ban|reason=banned/.test(line));
  assertEquals(logged.map((line) => line.split(" ").slice(0, 2).join(" ")), [
    "banned kind=name",
    "client removed",
    "registration rejected",
    "banned kind=ip",
    "registration rejected",
    "ban lifted",
    "ban lifted",
  ]);
});

Deno.test("RelayServer.setAuthTokens() ends sessions, and no token shows in the log", async () => {
  const logger = new RecordingLogger();
  const tokens = new AdmissionTokens([admissionToken(TOKEN, "alice")]);
  await using relay = await startRelay({ logger }, tokens);
  using alice = new SocketClient(relay);
  const hello = [...helloTlvs("alice"), namedTlv("AUTH_TOKEN", TOKEN)];
  assertEquals(await alice.register(...hello), "REGISTRATION_ACCEPTED, SERIES_ID");
  relay.setAuthTokens(new AdmissionTokens([]));
  assertEquals(await alice.heard(), "DISCONNECT admission token revoked");
  using later = new SocketClient(relay);
  assertEquals(await later.register(...hello), "REGISTRATION_REJECTED 2");
  await waitFor(() => logger.lines.some((line) => line.startsWith("registration rejected")));
  assertEquals(logger.lines.filter((line) => line.includes("revoked")).length, 1);
  assertEquals(logger.lines.filter((line) => line.startsWith("admission tokens")), [
    "admission tokens read tokens=0",
  ]);
  assertEquals(logger.lines.filter((line) => line.includes(TOKEN)), []);
});

Deno.test("RelayServer registers many clients with one RSA operation at a time", async () => {
  const logger = new RecordingLogger();
  await using relay = await startRelay({ logger });
  const clients = Array.from({ length: 8 }, () => new SocketClient(relay));
  using stack = new DisposableStack();
  for (const client of clients) stack.use(client);
  const answers = await Promise.all(clients.map((client) => client.register()));
  assertEquals(new Set(answers), new Set(["REGISTRATION_ACCEPTED, SERIES_ID"]));
  assertEquals(relay.listClients().length, 8);
});

Deno.test("RelayServer tells how long each RSA decryption took, and sums it up in its statistics", async () => {
  const seconds: number[] = [];
  const onRsaTime = (time: number) => seconds.push(time);
  await using relay = await startRelay({ logger: new RecordingLogger(), onRsaTime });
  assertEquals(rsaOf(relay), [0, 0]);
  using alice = new SocketClient(relay);
  await alice.register();
  await alice.register();
  assertEquals(seconds.length, 2);
  assertEquals(rsaOf(relay), [0, seconds.reduce((sum, time) => sum + time, 0)]);
  assertEquals(seconds.every((time) => time > 0), true);
});

Deno.test("RelayServer.isClosing tells whether the shutdown has begun", async () => {
  await using relay = await startRelay({ logger: new RecordingLogger() });
  assertEquals(relay.isClosing, false);
  relay.shutdown("enough");
  assertEquals(relay.isClosing, true);
  await relay.finished;
  assertEquals(relay.isClosing, true);
});

/** RSA decryptions under way, and the seconds of those that have ended. */
function rsaOf(relay: RelayServer): number[] {
  const tree = relay.stats();
  return ["rsa_running", "rsa_seconds"].map((name) => statisticAt(tree, `registrations.${name}`));
}
