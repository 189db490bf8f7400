import { concat } from "@std/bytes";
import fc from "fast-check";

/** One change of some bytes. Places are taken modulo their length, so that any number will do. */
export type ByteEdit =
  | { readonly edit: "flip"; readonly at: number; readonly bit: number }
  | { readonly edit: "set"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly edit: "insert"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly edit: "remove"; readonly at: number; readonly count: number }
  | { readonly edit: "repeat"; readonly at: number; readonly count: number }
  | { readonly edit: "cut"; readonly at: number };

/** What a file on a disk that fails, or an editor, puts in the place of something. */
const oddBytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    "\0",
    "\n",
    "\r\n",
    " ",
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    "\ufeff",
    "0",
    "-1",
    "1e999",
  )
    .map((text) => new TextEncoder().encode(text)),
);

const at = fc.nat({ max: 0xff_ffff });

/** One change of bytes that make up a file or a message. */
export const byteEdit: fc.Arbitrary<ByteEdit> = fc.oneof(
  fc.record({ edit: fc.constant("flip" as const), at, bit: fc.nat({ max: 7 }) }),
  fc.record({ edit: fc.constant("set" as const), at, bytes: oddBytes }),
  fc.record({ edit: fc.constant("insert" as const), at, bytes: oddBytes }),
  fc.record({ edit: fc.constant("remove" as const), at, count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ edit: fc.constant("repeat" as const), at, count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ edit: fc.constant("cut" as const), at }),
);

/** A few changes, often none. */
export const byteEdits: fc.Arbitrary<readonly ByteEdit[]> = fc.oneof(
  fc.constant([]),
  fc.array(byteEdit, { minLength: 1, maxLength: 3 }),
);

/**
 * Makes changes, one after the other.
 *
 * @param bytes What is changed; it stays as it is.
 * @returns The changed bytes, in an array of their own.
 */
export function editBytes(
  bytes: Uint8Array,
  edits: readonly ByteEdit[],
): Uint8Array<ArrayBuffer> {
  return edits.reduce(edited, new Uint8Array(bytes));
}

function edited(bytes: Uint8Array<ArrayBuffer>, edit: ByteEdit): Uint8Array<ArrayBuffer> {
  const at = bytes.byteLength === 0 ? 0 : edit.at % bytes.byteLength;
  const before = bytes.subarray(0, at);
  switch (edit.edit) {
    case "flip":
      return bytes.byteLength === 0 ? bytes : bytes.with(at, (bytes[at] ?? 0) ^ (1 << edit.bit));
    case "set":
      return concat([before, edit.bytes, bytes.subarray(at + edit.bytes.byteLength)]);
    case "insert":
      return concat([before, edit.bytes, bytes.subarray(at)]);
    case "remove":
      return concat([before, bytes.subarray(at + edit.count)]);
    case "repeat":
      return concat([bytes.subarray(0, at + edit.count), bytes.subarray(at)]);
    case "cut":
      return new Uint8Array(before);
    default:
      return edit satisfies never;
  }
}
