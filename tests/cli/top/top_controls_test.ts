import { assertEquals } from "@std/assert";
import { reversedOrder, TopControls } from "../../../src/cli/top/top_controls.ts";
import type { Key, KeyName } from "../../../src/cli/top/top_keys.ts";
import { CLIENT_SORT_KEYS, naturalOrder } from "../../../src/watch/client_order.ts";

const PAGE = { count: 25, rows: 10 };

function controls(filter = ""): TopControls {
  return new TopControls({ order: naturalOrder("id"), filter });
}

/** Presses keys: characters of a text, or a key by its name. */
function press(target: TopControls, ...keys: (string | { readonly name: KeyName })[]): void {
  for (const key of keys) {
    const each: readonly Key[] = typeof key === "string"
      ? [...key].map((text) => ({ text }))
      : [key];
    for (const one of each) assertEquals(target.press(one, PAGE), "stay");
  }
}

const named = (name: KeyName) => ({ name });

for (const key of [{ text: "q" }, named("ctrl-c")]) {
  Deno.test(`TopControls.press() ends at ${JSON.stringify(key)}`, () => {
    assertEquals(controls().press(key, PAGE), "quit");
  });
}

const sorts = [
  ["i", "id", false],
  ["a", "address", false],
  ["s", "since", false],
  ["d", "idle", true],
  ["m", "messages-in", true],
  ["M", "messages-out", true],
  ["b", "bytes-in", true],
  ["B", "bytes-out", true],
] as const;

for (const [letter, key, isDescending] of sorts) {
  Deno.test(`TopControls.press() sorts by ${key} at ${letter}`, () => {
    const target = new TopControls({ order: { key: "id", isDescending: true }, filter: "" });
    press(target, letter);
    assertEquals(target.order, { key, isDescending });
  });
}

Deno.test("TopControls.press() has a letter for each sort key", () => {
  assertEquals(new Set(sorts.map(([, key]) => key)), new Set(CLIENT_SORT_KEYS));
});

Deno.test("TopControls.press() goes from column to column, round and round", () => {
  const target = controls();
  const keys = CLIENT_SORT_KEYS.map(() => {
    press(target, ">");
    return target.order.key;
  });
  assertEquals(keys, [...CLIENT_SORT_KEYS.slice(1), "id"]);
  press(target, "<");
  assertEquals(target.order, naturalOrder("bytes-out"));
});

Deno.test("TopControls.press() turns the order round", () => {
  const target = controls();
  press(target, "r");
  assertEquals(target.order, reversedOrder(naturalOrder("id")));
  press(target, "r");
  assertEquals(target.order, naturalOrder("id"));
});

const scrolls: readonly { keys: readonly KeyName[]; offset: number }[] = [
  { keys: ["up"], offset: 0 },
  { keys: ["down"], offset: 1 },
  { keys: ["page-down"], offset: 10 },
  { keys: ["page-down", "page-down"], offset: 15 },
  { keys: ["end"], offset: 15 },
  { keys: ["end", "down"], offset: 15 },
  { keys: ["end", "up"], offset: 14 },
  { keys: ["end", "page-up"], offset: 5 },
  { keys: ["end", "home"], offset: 0 },
  { keys: ["down", "enter", "backspace"], offset: 1 },
];

for (const { keys, offset } of scrolls) {
  Deno.test(`TopControls.press() scrolls to ${offset} at ${keys.join(", ")}`, () => {
    const target = controls();
    press(target, ...keys.map(named));
    assertEquals(target.offset(PAGE), offset);
  });
}

Deno.test("TopControls.offset() keeps the last page full when clients go", () => {
  const target = controls();
  press(target, named("end"));
  assertEquals(target.offset({ count: 12, rows: 10 }), 2);
  assertEquals(target.offset({ count: 3, rows: 10 }), 0);
});

Deno.test("TopControls.press() types a filter that counts at once", () => {
  const target = controls();
  press(target, named("down"), "/q 漢");
  assertEquals([target.filter, target.isTyping, target.offset(PAGE)], ["q 漢", true, 0]);
  press(target, named("backspace"), named("backspace"), named("enter"));
  assertEquals([target.filter, target.isTyping], ["q", false]);
});

Deno.test("TopControls.press() goes back to the former filter at Escape", () => {
  const target = controls("pump");
  press(target, "/", named("ctrl-u"));
  assertEquals(target.filter, "");
  press(target, "x", named("escape"));
  assertEquals([target.filter, target.isTyping], ["pump", false]);
  press(target, named("escape"));
  assertEquals(target.filter, "");
});

Deno.test("TopControls.press() ends at Ctrl-C while a filter is typed", () => {
  const target = controls();
  press(target, "/q");
  assertEquals(target.press(named("ctrl-c"), PAGE), "quit");
});

Deno.test("TopControls.press() bounds the filter", () => {
  const target = controls();
  press(target, "/", "x".repeat(300));
  assertEquals(target.filter.length, 200);
});

Deno.test("TopControls.press() pauses and goes on at Space", () => {
  const target = controls();
  press(target, " ");
  assertEquals(target.isPaused, true);
  press(target, " ");
  assertEquals(target.isPaused, false);
});

Deno.test("TopControls.press() shows the keys until the next key, which does nothing else", () => {
  const target = controls();
  press(target, "?");
  assertEquals(target.isHelpShown, true);
  press(target, "q");
  assertEquals(target.isHelpShown, false);
});

Deno.test("TopControls.press() does nothing at other keys", () => {
  const target = controls();
  press(target, "xyz漢", named("enter"), named("ctrl-u"));
  assertEquals([target.order, target.filter], [naturalOrder("id"), ""]);
});
