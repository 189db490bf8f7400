import { assert, assertEquals } from "@std/assert";
import type { AdmissionGoal } from "../../src/client/admission_goal.ts";
import { RelayClientError } from "../../src/client/relay_client_error.ts";
import {
  ANSWERED_TURN_MS,
  FIRST_TURN_MS,
  RECONNECT_TURN_MS,
  RelayRound,
} from "../../src/client/relay_round.ts";
import type { RelayTargets } from "../../src/client/relay_target.ts";

/** Goes round so many relays, without jitter. */
function round(count: number, timeoutMs = 60_000, reconnectTimeoutMs = Infinity): RelayRound {
  const targets = Array.from({ length: count }, (_, index) => targetOf(index));
  return new RelayRound({
    targets: [targetOf(0), ...targets.slice(1)] satisfies RelayTargets,
    timeoutMs,
    reconnectTimeoutMs,
    random: () => 0.5,
  }, 0);
}

function targetOf(index: number) {
  const endpoint = { hostname: `10.0.0.${index}`, port: 47_700 };
  return { kind: "relay", endpoint } as const;
}

const silence = (message = "no answer") => ({
  error: new RelayClientError("RELAY_UNREACHABLE", `Cannot reach relay ${message}`),
  isRefusal: false,
});

const refusal = (message = "banned") => ({
  error: new RelayClientError("REGISTRATION_REFUSED", message),
  isRefusal: true,
});

/** The last number of the address that is tried; the search must not have failed. */
function relayOf(then: AdmissionGoal | RelayClientError): string {
  assert(!(then instanceof RelayClientError), String(then));
  return `${then.target.endpoint.hostname.slice(7)} at ${then.firstAskMs}`;
}

Deno.test("RelayRound has no turns for a single relay, whose failure is that of the search", () => {
  const alone = round(1);
  assertEquals(alone.hasOthers, false);
  assertEquals(alone.begin().turn, undefined);
  const failure = silence();
  assertEquals(alone.next(failure, 5), failure.error);
});

Deno.test("RelayRound gives each relay a turn, and a longer one to who has answered", () => {
  const several = round(3);
  assertEquals(several.begin().turn, { silentUntilMs: FIRST_TURN_MS, untilMs: ANSWERED_TURN_MS });
  several.advance();
  const again = several.beginAgain(1_000);
  assertEquals([again.firstAskMs, again.target], [1_125, targetOf(1)]);
  assertEquals(again.turn?.silentUntilMs, 1_125 + RECONNECT_TURN_MS);
});

Deno.test("RelayRound shares a short time out among all", () => {
  const several = round(4, 1_000, 400);
  assertEquals(several.begin().turn?.silentUntilMs, 250);
  const again = several.beginAgain(1_000);
  assertEquals(again.turn?.silentUntilMs, 1_125 + (400 - 125) / 4);
});

Deno.test("RelayRound goes in a circle, without delay while relays are silent", () => {
  const several = round(3);
  several.begin();
  const tried = [2_000, 4_000, 6_000, 8_000].map((ms) => relayOf(several.next(silence(), ms)));
  assertEquals(tried, ["1 at 2000", "2 at 4000", "0 at 6000", "1 at 8000"]);
});

Deno.test("RelayRound lets each circle take longer while relays say no at once", () => {
  const several = round(2);
  several.advance();
  let nowMs = 0;
  const goal = several.beginAgain(0);
  const starts: number[] = [goal.firstAskMs];
  for (let turn = 0; turn < 14; turn++) {
    const then = several.next({ ...refusal(), isRefusal: false }, nowMs);
    assert(!(then instanceof RelayClientError));
    nowMs = then.firstAskMs;
    if (then.target.endpoint.hostname === "10.0.0.1") starts.push(nowMs);
  }
  const delays = starts.slice(1).map((start, index) => start - (starts[index] ?? 0));
  assertEquals(delays, [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
});

Deno.test("RelayRound fails when all have refused, with what the first one said", () => {
  const several = round(2);
  several.begin();
  assertEquals(relayOf(several.next(refusal("no"), 500)), "1 at 500");
  const failed = several.next(refusal("not you"), 1_000);
  assert(failed instanceof RelayClientError);
  assertEquals(failed.message, "no");
});

Deno.test("RelayRound takes a relay that refused and is silent now for one that may come back", () => {
  const several = round(2);
  several.begin();
  several.next(refusal(), 500);
  assertEquals(relayOf(several.next(silence(), 2_500)), "0 at 2500");
  assertEquals(relayOf(several.next(silence(), 4_500)), "1 at 4500");
  assertEquals(relayOf(several.next(refusal(), 5_000)), "0 at 5000");
});

Deno.test("RelayRound fails when its time is up, and tells what is worth most", () => {
  const silent = round(2, 3_000);
  silent.begin();
  silent.next(silence("a: no answer"), 1_500);
  const failed = silent.next(silence("b: no answer"), 3_000);
  assert(failed instanceof RelayClientError);
  assertEquals(
    [failed.code, failed.message],
    ["RELAY_UNREACHABLE", "Cannot reach any relay: a: no answer; b: no answer"],
  );
  const refused = round(2, 3_000);
  refused.begin();
  refused.next(silence(), 1_500);
  const told = refused.next(refusal(), 3_000);
  assert(told instanceof RelayClientError);
  assertEquals(told.code, "REGISTRATION_REFUSED");
});

Deno.test("RelayRound remembers in one search what was doubted, and not in the next", () => {
  const several = round(2);
  const { trouble } = several.begin();
  several.next(silence(), 2_000);
  const back = several.next(silence(), 4_000);
  assert(!(back instanceof RelayClientError));
  assertEquals(back.trouble === trouble, true);
  assertEquals(several.beginAgain(5_000).trouble === trouble, false);
});
