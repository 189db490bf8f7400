import fc from "fast-check";
import { type ByteEdit, byteEdit, byteEdits } from "./file_byte_edits.ts";

/**
 * What is changed of a message on its way: what is in the token, the token, the RSA block, the whole
 * body, the header of a fragment, or a datagram.
 */
export const SPOILT_LAYERS = ["plaintext", "token", "block", "body", "header", "datagram"] as const;

/** One change of a message. */
export interface Spoil {
  readonly layer: typeof SPOILT_LAYERS[number];
  /** Which of its datagrams, where it is one. */
  readonly which: number;
  readonly edits: readonly ByteEdit[];
}

/** How a message travels. */
export interface Way {
  /** Bytes of the body in each fragment; 0 for one datagram without a header. */
  readonly payloadBytes: number;
  /** Shuffles the fragments; of some seeds nothing is left out or repeated. */
  readonly seed: number;
  readonly spoil: Spoil | undefined;
}

/** One thing that happens to a direct server. `from` picks one of its people, `which` something. */
export type DirectStep =
  | {
    readonly type: "say";
    readonly from: number;
    readonly form: "plain" | "hybrid" | "numbered" | "signed";
    readonly bytes: number;
    readonly way: Way;
  }
  | {
    readonly type: "sayParts";
    readonly from: number;
    readonly count: number;
    readonly way: Way;
  }
  | { readonly type: "again"; readonly from: number; readonly which: number }
  /** All datagrams of a message once more, from the one who said it or somebody else. */
  | { readonly type: "whole"; readonly from: number; readonly which: number }
  | { readonly type: "junk"; readonly from: number; readonly bytes: Uint8Array }
  | { readonly type: "key"; readonly from: number; readonly edits: readonly ByteEdit[] }
  | { readonly type: "ask"; readonly from: number; readonly bytes: number }
  /** Asks for the key, or begins another message, many times by as few bytes as can be. */
  | {
    readonly type: "flood";
    readonly from: number;
    readonly asks: boolean;
    readonly count: number;
  }
  | { readonly type: "newFernetKey"; readonly from: number }
  | { readonly type: "rsa"; readonly which: number }
  | { readonly type: "time"; readonly ms: number }
  | { readonly type: "wallClock"; readonly ms: number }
  | { readonly type: "reader"; readonly hasRoom: boolean }
  | { readonly type: "sendTo"; readonly to: number; readonly bytes: number }
  | { readonly type: "kick"; readonly from: number };

const HOUR_MS = 3_600_000;
const MODULUS_BYTES = 256;

const from = fc.nat({ max: 4 });
const which = fc.nat({ max: 1_000 });
const edits = fc.array(byteEdit, { minLength: 1, maxLength: 2 });

const spoil: fc.Arbitrary<Spoil> = fc.record({
  layer: fc.constantFrom(...SPOILT_LAYERS),
  which,
  edits,
});

const way: fc.Arbitrary<Way> = fc.record({
  payloadBytes: fc.constantFrom(0, 60, 190, MODULUS_BYTES - 6, MODULUS_BYTES, 490, 1_194),
  seed: fc.oneof(fc.constant(0), fc.nat({ max: 10_000 })),
  spoil: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, {
    weight: 1,
    arbitrary: spoil,
  }),
});

const traffic: fc.Arbitrary<DirectStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("say" as const),
      from,
      form: fc.constantFrom("plain", "hybrid", "numbered", "signed"),
      bytes: fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 1_500 })),
      way,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant("sayParts" as const),
      from,
      count: fc.integer({ min: 1, max: 4 }),
      way,
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("again" as const), from, which }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("whole" as const), from, which }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("junk" as const),
      from,
      bytes: fc.oneof(
        fc.uint8Array({ maxLength: 600 }),
        fc.uint8Array({ minLength: MODULUS_BYTES, maxLength: MODULUS_BYTES }),
        fc.nat({ max: 255 }).map((id) => Uint8Array.of(0, 0, 0, id % 8, 1, 1, 0, id)),
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("key" as const), from, edits: byteEdits }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("ask" as const),
      from,
      bytes: fc.constantFrom(11, 12, 100, 1_200),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("flood" as const),
      from,
      asks: fc.boolean(),
      count: fc.nat({ max: 60 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("newFernetKey" as const), from }) },
  { weight: 6, arbitrary: fc.record({ type: fc.constant("rsa" as const), which }) },
);

const events: fc.Arbitrary<DirectStep> = fc.oneof(
  fc.record({
    type: fc.constant("time" as const),
    ms: fc.oneof(fc.nat({ max: 1_000 }), fc.nat({ max: 90_000 })),
  }),
  fc.record({
    type: fc.constant("wallClock" as const),
    ms: fc.oneof(
      fc.integer({ min: -HOUR_MS, max: HOUR_MS }),
      fc.constantFrom(-HOUR_MS, HOUR_MS, -90_000, 90_000),
    ),
  }),
  fc.record({ type: fc.constant("reader" as const), hasRoom: fc.boolean() }),
  fc.record({ type: fc.constant("sendTo" as const), to: from, bytes: fc.nat({ max: 3_000 }) }),
  fc.record({ type: fc.constant("kick" as const), from }),
);

/** What happens to a server, one after the other. */
export const directSteps: fc.Arbitrary<readonly DirectStep[]> = fc.array(
  fc.oneof({ weight: 6, arbitrary: traffic }, { weight: 1, arbitrary: events }),
  { maxLength: 60, size: "max" },
);
