import fc from "fast-check";
import type { Fragment } from "../../../src/wire/fragment.ts";
import { type ByteEdit, byteEdit, editBytes } from "./file_byte_edits.ts";
import { u16, u32 } from "./relay_values.ts";

/** One change of the fragments of a message. Places are taken modulo their number. */
export type FragmentEdit =
  | { readonly edit: "drop" | "double"; readonly at: number }
  | { readonly edit: "move"; readonly at: number; readonly to: number }
  | { readonly edit: "id" | "number" | "total"; readonly at: number; readonly value: number }
  | { readonly edit: "chunk"; readonly at: number; readonly change: ByteEdit }
  /** The chunk of another one under this one's number. */
  | { readonly edit: "overlap"; readonly at: number; readonly to: number };

const at = fc.nat({ max: 15 });

/** One change of the fragments of a message. */
export const fragmentEdit: fc.Arbitrary<FragmentEdit> = fc.oneof(
  fc.record({ edit: fc.constantFrom("drop", "double"), at }),
  fc.record({ edit: fc.constant("move"), at, to: at }),
  fc.record({ edit: fc.constant("id"), at, value: u32 }),
  fc.record({ edit: fc.constantFrom("number", "total"), at, value: u16 }),
  fc.record({ edit: fc.constant("chunk"), at, change: byteEdit }),
  fc.record({ edit: fc.constant("overlap"), at, to: at }),
);

/**
 * Makes a change.
 *
 * @param fragments In the order in which they are sent; they stay as they are.
 */
export function editFragments(
  fragments: readonly Fragment[],
  edit: FragmentEdit,
): readonly Fragment[] {
  const place = edit.at % Math.max(1, fragments.length);
  const fragment = fragments[place];
  if (fragment === undefined) return fragments;
  switch (edit.edit) {
    case "drop":
      return fragments.toSpliced(place, 1);
    case "double":
      return fragments.toSpliced(place, 0, fragment);
    case "move":
      return fragments.toSpliced(place, 1).toSpliced(edit.to % fragments.length, 0, fragment);
    case "id":
      return fragments.with(place, { ...fragment, messageId: edit.value });
    case "number":
      return fragments.with(place, { ...fragment, sequenceNumber: edit.value });
    case "total":
      return fragments.with(place, { ...fragment, total: edit.value });
    case "chunk":
      return fragments.with(place, {
        ...fragment,
        chunk: editBytes(fragment.chunk, [edit.change]),
      });
    case "overlap": {
      const { chunk } = fragments[edit.to % fragments.length] ?? fragment;
      return fragments.toSpliced(place, 0, { ...fragment, chunk });
    }
    default:
      return edit satisfies never;
  }
}
