import fc from "fast-check";

/** Anything that `JSON.parse` gives. */
export type Json = null | boolean | number | string | readonly Json[] | {
  readonly [key: string]: Json;
};

/** One change of a JSON value, at its `at`-th part in the order in which they are written. */
export type JsonEdit =
  | { readonly edit: "replace"; readonly at: number; readonly value: Json }
  | { readonly edit: "remove"; readonly at: number }
  | { readonly edit: "repeat"; readonly at: number }
  | { readonly edit: "wrap"; readonly at: number }
  | { readonly edit: "rename"; readonly at: number; readonly key: string }
  /** Puts there what stands elsewhere, so that two are the same. */
  | { readonly edit: "copy"; readonly at: number; readonly from: number };

/** Names that mean something to every object of JavaScript. */
export const ODD_KEYS = [
  "",
  "toString",
  "valueOf",
  "constructor",
  "__proto__",
  "length",
  "toJSON",
] as const;

const oddKey = fc.oneof(fc.constantFrom(...ODD_KEYS), fc.string());

/** Any JSON, that which trips careless code more often. */
export const oddJson: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value) => value as Json),
  fc.constantFrom<Json>("", "0", " ", "1e999", 0, -1, 1e308, 2 ** 53, 0.5, true, null, [], {}, [
    [],
  ]),
  // What would be right somewhere else, or almost.
  fc.constantFrom<Json>(1, 2048, 4096, 8192, "AAAA", "::1", "0.0.0.0", "127.0.0.1:1", "[::1]:1"),
  fc.constantFrom<Json>("2026-02-30T00:00:00Z", "+275760-09-13T00:00:00.000Z", "2026", 8.64e15),
  fc.tuple(fc.constantFrom(...ODD_KEYS), fc.constantFrom<Json>(1, null, "x", {})).map(
    ([key, value]) => Object.fromEntries([[key, value]]),
  ),
);

const at = fc.nat({ max: 1_000 });

/** One change of a JSON value. */
export const jsonEdit: fc.Arbitrary<JsonEdit> = fc.oneof(
  fc.record({ edit: fc.constant("replace" as const), at, value: oddJson }),
  fc.record({ edit: fc.constant("remove" as const), at }),
  fc.record({ edit: fc.constant("repeat" as const), at }),
  fc.record({ edit: fc.constant("wrap" as const), at }),
  fc.record({ edit: fc.constant("rename" as const), at, key: oddKey }),
  fc.record({ edit: fc.constant("copy" as const), at, from: at }),
);

/** A few changes, often none. */
export const jsonEdits: fc.Arbitrary<readonly JsonEdit[]> = fc.oneof(
  fc.constant([]),
  fc.array(jsonEdit, { minLength: 1, maxLength: 2 }),
);

/** Makes changes, one after the other. */
export function editJson(value: Json, edits: readonly JsonEdit[]): Json {
  return edits.reduce((value, edit) => {
    const parts = partsOf(value);
    const done: JsonEdit = edit.edit === "copy"
      ? { edit: "replace", at: edit.at, value: parts[edit.from % parts.length] ?? null }
      : edit;
    return editAt(value, done, { left: edit.at % parts.length })[0] ?? null;
  }, value);
}

/** The value and all that is in it, in the order in which they are written. */
function partsOf(value: Json): Json[] {
  return [value, ...childrenOf(value).flatMap(([, child]) => partsOf(child))];
}

function childrenOf(value: Json): readonly (readonly [string, Json])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/** @returns What stands in the place of the value: nothing, it or another one, or it twice. */
function editAt(value: Json, edit: JsonEdit, counter: { left: number }): readonly Json[] {
  if (counter.left-- === 0) return replacements(value, edit);
  if (Array.isArray(value)) return [value.flatMap((item: Json) => editAt(item, edit, counter))];
  if (typeof value !== "object" || value === null) return [value];
  const entries = Object.entries(value).flatMap(([key, child]) => {
    const isHere = counter.left === 0;
    const name = isHere && edit.edit === "rename" ? edit.key : key;
    return editAt(child, edit, counter).map((item) => [name, item] as const);
  });
  return [Object.fromEntries(entries)];
}

function replacements(value: Json, edit: JsonEdit): readonly Json[] {
  switch (edit.edit) {
    case "replace":
      return [edit.value];
    case "remove":
      return [];
    case "repeat":
      return [value, value];
    case "wrap":
      return [[value]];
    case "rename":
    case "copy":
      return [value];
    default:
      return edit satisfies never;
  }
}
