import { concat } from "@std/bytes";
import fc from "fast-check";
import { encodeTlvs, type Tlv, TLV_HEADER_BYTES } from "../../../src/wire/tlv.ts";
import { type ByteEdit, byteEdit, editBytes } from "./file_byte_edits.ts";
import { anyTlv, tlvType, u16 } from "./relay_values.ts";

/** One change of a list of TLVs. Places are taken modulo its length, so that any number will do. */
export type TlvEdit =
  | { readonly edit: "drop" | "double"; readonly at: number }
  | { readonly edit: "move"; readonly at: number; readonly to: number }
  | { readonly edit: "retype"; readonly at: number; readonly type: number }
  | { readonly edit: "value"; readonly at: number; readonly change: ByteEdit }
  | { readonly edit: "replace"; readonly at: number; readonly tlv: Tlv }
  | { readonly edit: "insert"; readonly at: number; readonly tlv: Tlv }
  | { readonly edit: "length"; readonly at: number; readonly length: number };

/** A TLV whose header may lie about its length. */
interface LooseTlv extends Tlv {
  readonly length?: number;
}

const at = fc.nat({ max: 15 });

/** One change of a list of TLVs; seldom one after which it is none any more. */
export const tlvEdit: fc.Arbitrary<TlvEdit> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ edit: fc.constantFrom("drop", "double"), at }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant("move"), at, to: at }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant("retype"), at, type: tlvType }) },
  { weight: 3, arbitrary: fc.record({ edit: fc.constant("value"), at, change: byteEdit }) },
  { weight: 2, arbitrary: fc.record({ edit: fc.constant("replace"), at, tlv: anyTlv }) },
  { weight: 3, arbitrary: fc.record({ edit: fc.constant("insert"), at, tlv: anyTlv }) },
  { weight: 1, arbitrary: fc.record({ edit: fc.constant("length"), at, length: u16 }) },
);

/**
 * Makes changes one after the other, and encodes what comes of them.
 *
 * @param tlvs What is changed; they stay as they are.
 * @returns Bytes of its own; TLVs that fill them, unless an edit lied about a length.
 */
export function encodeEdited(tlvs: readonly Tlv[], edits: readonly TlvEdit[]): Uint8Array {
  const edited = edits.reduce<readonly LooseTlv[]>(editTlvs, tlvs);
  return concat(edited.map(encodeLoose));
}

function encodeLoose({ type, value, length }: LooseTlv): Uint8Array {
  const bytes = encodeTlvs([{ type, value: value.subarray(0, 0xffff) }]);
  if (length !== undefined) new DataView(bytes.buffer).setUint16(TLV_HEADER_BYTES / 2, length);
  return bytes;
}

function editTlvs(tlvs: readonly LooseTlv[], edit: TlvEdit): readonly LooseTlv[] {
  const place = tlvs.length === 0 ? 0 : edit.at % tlvs.length;
  const tlv = tlvs[place];
  if (edit.edit === "insert") return tlvs.toSpliced(edit.at % (tlvs.length + 1), 0, edit.tlv);
  if (tlv === undefined) return tlvs;
  switch (edit.edit) {
    case "drop":
      return tlvs.toSpliced(place, 1);
    case "double":
      return tlvs.toSpliced(place, 0, tlv);
    case "move":
      return tlvs.toSpliced(place, 1).toSpliced(edit.to % tlvs.length, 0, tlv);
    case "retype":
      return tlvs.with(place, { ...tlv, type: edit.type });
    case "value":
      return tlvs.with(place, { ...tlv, value: editBytes(tlv.value, [edit.change]) });
    case "replace":
      return tlvs.with(place, edit.tlv);
    case "length":
      return tlvs.with(place, { ...tlv, length: edit.length });
    default:
      return edit satisfies never;
  }
}
