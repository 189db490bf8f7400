import { leaveOut } from "./leave_out.ts";

/** One line of a metric. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric as the Python client of Prometheus reads it; counters are named without `_total`. */
export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly ParsedSample[];
}

/** Reads a text of Prometheus with a parser that is not ours. Throws where the text is wrong. */
export type MetricsParser = (text: string) => Promise<readonly ParsedFamily[]>;

const NEEDS = "needs Python with prometheus_client: apt-get install python3-prometheus-client";

const SCRIPT = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families
print(json.dumps([
    {"name": family.name, "type": family.type, "help": family.documentation,
     "samples": [{"name": s.name, "labels": s.labels, "value": s.value} for s in family.samples]}
    for family in text_string_to_metric_families(sys.stdin.read())
]))
`;

const python = findPython(["/usr/bin/python3", "python3"]);

/**
 * Registers a test that needs the Python client of Prometheus. Without it the test is ignored and
 * its name says what is missing; under CI it fails instead.
 *
 * @param name The test's name.
 * @param fn The test; it is handed the parser.
 */
export function metricsParserTest(
  name: string,
  fn: (parse: MetricsParser) => Promise<void>,
): void {
  if (python === undefined) return leaveOut(name, NEEDS);
  Deno.test(name, () => fn((text) => parse(python, text)));
}

async function parse(program: string, text: string): Promise<readonly ParsedFamily[]> {
  await using process = new Deno.Command(program, {
    args: ["-c", SCRIPT],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = process.output();
  const input = process.stdin.getWriter();
  await input.write(new TextEncoder().encode(text));
  await input.close();
  const { success, stdout, stderr } = await output;
  if (!success) throw new Error(`Cannot parse metrics: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The system's own Python first: that is where its packages are. */
function findPython(candidates: readonly string[]): string | undefined {
  return candidates.find((candidate) => {
    try {
      const args = ["-c", "import prometheus_client.parser"];
      return new Deno.Command(candidate, { args }).outputSync().success;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
}
