import { parseArgs } from "@std/cli";
import { didYouMean } from "../../src/settings/did_you_mean.ts";
import { nearestName } from "../../src/settings/nearest_name.ts";
import { type Deployment, SMALL_DEPLOYMENT } from "./deployment.ts";
import { isUnitCostName, MEASURED_COSTS, UNIT_COST_NAMES, type UnitCosts } from "./unit_costs.ts";

/** What `deno task scale-model` is asked for. */
export interface ModelPlan {
  readonly task: "model";
  /** One deployment; without it the tables of docs/SCALE.md. */
  readonly deployment: Deployment | undefined;
  readonly costs: UnitCosts;
  /** Length of each simulation. */
  readonly messages: number;
  readonly seed: number;
  readonly isJson: boolean;
}

/** What the command line asks for. */
export type ModelOptions = ModelPlan | { readonly task: "help" };

/** A command line that cannot be followed; the message is one line. */
export class ModelUsageError extends Error {
  override readonly name = "ModelUsageError";
}

/** Flags of a deployment: whether a whole number is wanted, and the least that is possible. */
const DEPLOYMENT_FLAGS = {
  rate: { key: "messagesPerSecond", isWhole: false, least: 0.001 },
  bytes: { key: "bytes", isWhole: true, least: 1 },
  senders: { key: "senders", isWhole: true, least: 1 },
  receivers: { key: "receivers", isWhole: true, least: 0 },
  streams: { key: "streams", isWhole: true, least: 1 },
  relays: { key: "relays", isWhole: true, least: 1 },
  servers: { key: "servers", isWhole: true, least: 1 },
  "server-processors": { key: "serverProcessors", isWhole: true, least: 1 },
  replicas: { key: "replicas", isWhole: true, least: 1 },
  "leaf-sites": { key: "leafSites", isWhole: true, least: 0 },
  "link-mbps": { key: "linkMbps", isWhole: false, least: 0.001 },
  "nats-ms": { key: "natsDelayMs", isWhole: false, least: 0 },
  "server-ms": { key: "serverDelayMs", isWhole: false, least: 0 },
} as const satisfies Record<
  string,
  { readonly key: keyof Deployment; readonly isWhole: boolean; readonly least: number }
>;

type DeploymentFlag = keyof typeof DEPLOYMENT_FLAGS;

const FLAG_NAMES = Object.keys(DEPLOYMENT_FLAGS).filter(isDeploymentFlag);
const OPTIONS = [...FLAG_NAMES, "cost", "messages", "seed", "json", "help"].map((name) =>
  `--${name}`
);
const MOST = 1e9;

/** Fewer have no 99th percentile to speak of; more take minutes, and gigabytes. */
const MESSAGES_RANGE = { isWhole: true, least: 100, most: 1_000_000 };

const SEED_RANGE = { isWhole: true, least: 1 };

const DEFAULT_MESSAGES = 20_000;
const DEFAULT_SEED = 20_251_122;

/**
 * Reads the command line of `deno task scale-model`.
 *
 * @param args What stands behind the script's name.
 * @returns What to do.
 * @throws {ModelUsageError} If it cannot be followed.
 */
export function parseModelOptions(args: readonly string[]): ModelOptions {
  const flags = parseArgs([...args], {
    boolean: ["json", "help"],
    string: [...FLAG_NAMES, "cost", "messages", "seed"],
    collect: ["cost"],
    alias: { help: "h" },
    unknown: rejectUnknown,
  });
  if (flags.help) return { task: "help" };
  const given = new Map(
    FLAG_NAMES.flatMap((name) => {
      const word: unknown = flags[name];
      return typeof word === "string" ? [[name, word] as const] : [];
    }),
  );
  return {
    task: "model",
    deployment: given.size === 0 ? undefined : readDeployment(given),
    costs: readCosts(flags.cost),
    messages: flags.messages === undefined
      ? DEFAULT_MESSAGES
      : readNumber("messages", flags.messages, MESSAGES_RANGE),
    seed: flags.seed === undefined ? DEFAULT_SEED : readNumber("seed", flags.seed, SEED_RANGE),
    isJson: flags.json,
  };
}

function rejectUnknown(argument: string): never {
  if (!argument.startsWith("-")) throw new ModelUsageError(`unexpected argument ${argument}`);
  const name = argument.split("=", 1).join("");
  throw new ModelUsageError(`unknown option ${name}${didYouMean(nearestName(name, OPTIONS))}`);
}

function isDeploymentFlag(word: string): word is DeploymentFlag {
  return Object.hasOwn(DEPLOYMENT_FLAGS, word);
}

function readDeployment(given: ReadonlyMap<DeploymentFlag, string>): Deployment {
  const values: Partial<Record<keyof Deployment, number>> = {};
  for (const [name, word] of given) {
    values[DEPLOYMENT_FLAGS[name].key] = readNumber(name, word, DEPLOYMENT_FLAGS[name]);
  }
  const deployment = { ...SMALL_DEPLOYMENT, ...values };
  if (deployment.replicas > deployment.servers) {
    throw new ModelUsageError(
      `--replicas ${deployment.replicas} needs as many --servers, not ${deployment.servers}`,
    );
  }
  return deployment;
}

function readCosts(words: readonly string[]): UnitCosts {
  const costs = { ...MEASURED_COSTS };
  for (const word of words) {
    const [name = "", value = ""] = word.split("=", 2);
    if (!isUnitCostName(name)) {
      throw new ModelUsageError(
        `--cost must name one of ${UNIT_COST_NAMES.join(", ")}, got ${word}`,
      );
    }
    costs[name] = readNumber(`cost ${name}`, value, { isWhole: false, least: 0 });
  }
  return costs;
}

function readNumber(
  name: string,
  word: string,
  { isWhole, least, most = MOST }: { isWhole: boolean; least: number; most?: number },
): number {
  const value = word.trim() === "" ? NaN : Number(word);
  if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return value;
  const kind = isWhole ? "a whole number" : "a number";
  throw new ModelUsageError(`--${name} must be ${kind} from ${least} to ${most}, got ${word}`);
}
