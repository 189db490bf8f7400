/**
 * Works out what relays and NATS servers of any number carry, from what pieces of work cost; where
 * queues decide, it simulates them. The same input gives the same tables.
 *
 *     deno task scale-model                                    the tables of docs/SCALE.md
 *     deno task scale-model --relays 10 --receivers 5000 --rate 100
 *     deno task scale-model --help                             all that it takes
 */
import { estimate } from "./scale_model/estimate.ts";
import { MODEL_HELP } from "./scale_model/model_help.ts";
import { type ModelPlan, ModelUsageError, parseModelOptions } from "./scale_model/model_options.ts";
import { deploymentTable, modelTables } from "./scale_model/model_tables.ts";

function show(plan: ModelPlan): void {
  const { deployment, costs, isJson } = plan;
  const tables = deployment === undefined
    ? modelTables(costs, plan)
    : [deploymentTable(deployment, costs, plan)];
  if (isJson) {
    const estimated = deployment && { deployment, estimate: estimate(deployment, costs) };
    console.log(JSON.stringify({ costs, ...estimated, tables }, undefined, 2));
    return;
  }
  console.log(tables.map(({ title, lines }) => [title, "", ...lines].join("\n")).join("\n\n"));
}

function main(args: readonly string[]): number {
  try {
    const options = parseModelOptions(args);
    if (options.task === "help") console.log(MODEL_HELP.trimEnd());
    else show(options);
    return 0;
  } catch (error) {
    if (!(error instanceof ModelUsageError)) throw error;
    console.error(`scale-model: ${error.message}; try --help`);
    return 2;
  }
}

Deno.exit(main(Deno.args));
