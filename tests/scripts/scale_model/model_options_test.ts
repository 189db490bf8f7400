import { assertEquals, assertThrows } from "@std/assert";
import { SMALL_DEPLOYMENT } from "../../../scripts/scale_model/deployment.ts";
import {
  type ModelPlan,
  ModelUsageError,
  parseModelOptions,
} from "../../../scripts/scale_model/model_options.ts";
import { MEASURED_COSTS } from "../../../scripts/scale_model/unit_costs.ts";

function plan(...args: readonly string[]): ModelPlan {
  const options = parseModelOptions(args);
  if (options.task !== "model") throw new TypeError(`not a plan: ${options.task}`);
  return options;
}

Deno.test("parseModelOptions() wants the tables when nothing is said", () => {
  assertEquals(plan(), {
    task: "model",
    deployment: undefined,
    costs: MEASURED_COSTS,
    messages: 20_000,
    seed: 20_251_122,
    isJson: false,
  });
});

Deno.test("parseModelOptions() fills up a deployment of which something is said", () => {
  const { deployment } = plan(
    "--relays",
    "10",
    "--rate=0.5",
    "--leaf-sites",
    "2",
    "--nats-ms",
    "0",
  );
  assertEquals(deployment, {
    ...SMALL_DEPLOYMENT,
    ...{ relays: 10, messagesPerSecond: 0.5, leafSites: 2, natsDelayMs: 0 },
  });
});

Deno.test("parseModelOptions() takes other costs", () => {
  const { costs, deployment } = plan("--cost", "storeUs=1.5", "--cost=feedUs=0");
  assertEquals(costs, { ...MEASURED_COSTS, storeUs: 1.5, feedUs: 0 });
  assertEquals(deployment, undefined);
});

Deno.test("parseModelOptions() shows help before anything else", () => {
  assertEquals(parseModelOptions(["--help", "--relays", "x"]), { task: "help" });
});

for (
  const { args, says } of [
    { args: ["--relay", "3"], says: "unknown option --relay (did you mean --relays?)" },
    { args: ["tables"], says: "unexpected argument tables" },
    { args: ["--relays", "0"], says: "--relays must be a whole number from 1" },
    { args: ["--relays", "2.5"], says: "got 2.5" },
    { args: ["--relays", " "], says: "--relays must be" },
    { args: ["--rate=-1"], says: "--rate must be a number from 0.001" },
    { args: ["--rate", "Infinity"], says: "got Infinity" },
    { args: ["--replicas", "3"], says: "--replicas 3 needs as many --servers, not 1" },
    { args: ["--cost", "speedUs=1"], says: "--cost must name one of ingestUs" },
    { args: ["--cost", "toString=1"], says: "--cost must name one of" },
    { args: ["--cost", "feedUs"], says: "--cost feedUs must be" },
    { args: ["--cost", "feedUs=fast"], says: "got fast" },
    { args: ["--seed", "0"], says: "--seed must be" },
    { args: ["--messages", "99"], says: "--messages must be" },
    { args: ["--messages", "1000001"], says: "to 1000000" },
  ]
) {
  Deno.test(`parseModelOptions() refuses ${args.join(" ")}`, () => {
    assertThrows(() => parseModelOptions(args), ModelUsageError, says);
  });
}
