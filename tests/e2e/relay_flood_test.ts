import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { HushcastProcess, startRelay } from "../../scripts/hushcast_process.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { Flood } from "../support/e2e_flood.ts";
import { relayControl, type RelayCounters, relayCounters } from "../support/e2e_relay_control.ts";
import { SeededRandom } from "../support/seeded_random.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

/** Datagrams that are on their way before anyone else comes. */
const HEAD_START = 2_000;

/** How much the relay may grow, bytes: its tables are bounded, and the rest is the runtime's. */
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;

const RSA_BLOCK_BYTES = 256;
const PADDING_BYTES = 996;

/** Blocks of the right length below any modulus, so that each costs an RSA operation. */
function garbageBlocks(seed: number): (index: number) => Uint8Array {
  const random = new SeededRandom(seed);
  return () => {
    const value = random.bytes(RSA_BLOCK_BYTES);
    value[0] = 0;
    return encodeTlvs([{ type: DEFAULT_TLV_TYPES.ENCRYPTED_SYMMETRIC_KEY, value }]);
  };
}

function keyRequests(paddingBytes: number): () => Uint8Array {
  const value = new Uint8Array(paddingBytes);
  const request = encodeTlvs([{ type: DEFAULT_TLV_TYPES.PUBLIC_KEY_REQUEST, value }]);
  return () => request;
}

/** A flood, what the relay is started with, and what it must have done about the flood. */
const FLOODS: readonly {
  name: string;
  flags: readonly string[];
  ports: number;
  datagram: (index: number) => Uint8Array;
  check: (after: RelayCounters) => void;
}[] = [
  {
    name: "long key requests",
    flags: [],
    ports: 1,
    datagram: keyRequests(PADDING_BYTES),
    check: ({ datagrams }) => assertLess(datagrams.bytes_out, datagrams.bytes_in),
  },
  {
    name: "short key requests",
    flags: [],
    ports: 1,
    datagram: keyRequests(0),
    // Twenty each second at most could be answered in full.
    check: ({ drops }) => assertGreater(drops.rate_limited, HEAD_START / 2),
  },
  {
    name: "garbage RSA blocks",
    flags: [],
    ports: 300,
    datagram: garbageBlocks(1),
    // Which of them depends on how many processors decrypt.
    check: ({ drops }) => assertGreater(drops.cookie_required + drops.rejected, 0),
  },
  {
    name: "garbage RSA blocks, with cookies from the first on",
    flags: ["--cookie-threshold", "0"],
    ports: 300,
    datagram: garbageBlocks(2),
    check: ({ drops, registrations }) => {
      assertGreater(drops.cookie_required, HEAD_START / 2);
      assertEquals(registrations.rsa_operations, 1);
    },
  },
  {
    name: "garbage RSA blocks, with hardly a cookie",
    flags: ["--cookie-threshold", "1024"],
    ports: 300,
    datagram: garbageBlocks(3),
    check: ({ drops }) => assertGreater(drops.overloaded + drops.rejected, 0),
  },
];

for (const { name, flags, ports, datagram, check } of FLOODS) {
  Deno.test(`flood of ${name}: others register, and operators are answered`, async () => {
    await using state = await temporaryDirectory();
    await using relay = await startRelay(state.path, flags);
    const before = await relayCounters(relay);
    await using flood = new Flood({ relayPort: relay.port, ports, datagram });
    await flood.reaches(HEAD_START);
    const way = ["--relay", relay.relay, "--interface", "127.0.0.2", "--state", state.path];
    await using client = new HushcastProcess(["listen", "--name", "far", ...way]);
    await relay.process.errorLine(/client registered id=far address=127\.0\.0\.2:/);
    const answered = await relayControl(relay, "broadcast", "all is well");
    assertEquals(answered.code, 0, answered.stderr.join("\n"));
    assert(!flood.isSpent, `it took more than ${flood.sent} datagrams`);
    const after = await relayCounters(relay);
    check(after);
    assertEquals(after.drops.internal_error, 0);
    assertLess(after.rss_bytes - before.rss_bytes, MAX_GROWTH_BYTES);
    client.kill("SIGTERM");
    assertEquals(await client.ended(), 130);
  });
}
