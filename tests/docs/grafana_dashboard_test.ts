import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { exposedSamples } from "../support/metrics_exposed.ts";
import { unknownTo } from "../support/metrics_promql.ts";
import { checkExpressions, promtoolTest } from "../support/metrics_promtool.ts";

const DASHBOARD = new URL("../../docs/grafana/hushcast.json", import.meta.url);

/** Panels are laid out in so many columns. */
const COLUMNS = 24;

interface DataSource {
  readonly type: string;
  readonly uid: string;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: DataSource;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly datasource: DataSource;
  }[];
}

interface Dashboard {
  readonly title: string;
  readonly uid: string;
  readonly schemaVersion: number;
  readonly id?: number;
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly definition?: string;
    }[];
  };
}

function readDashboard(): Dashboard {
  return JSON.parse(Deno.readTextFileSync(DASHBOARD));
}

function expressionsOf({ panels, annotations }: Dashboard): string[] {
  const targets = panels.flatMap(({ targets = [] }) => targets);
  return [...targets, ...annotations.list].map(({ expr }) => expr);
}

function overlaps({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

Deno.test("docs/grafana/hushcast.json can be imported anywhere", () => {
  const dashboard = readDashboard();
  assertEquals([dashboard.title, dashboard.uid, dashboard.id], ["hushcast", "hushcast", undefined]);
  assertGreaterOrEqual(dashboard.schemaVersion, 36);
  const variables = dashboard.templating.list.map(({ name, type }) => [name, type]);
  assertEquals(variables, [["DS_PROMETHEUS", "datasource"], ["instance", "query"]]);
  const sources = Deno.readTextFileSync(DASHBOARD).match(/"uid": "(?!hushcast")[^"]*"/g) ?? [];
  assertEquals(new Set(sources), new Set(['"uid": "${DS_PROMETHEUS}"']));
});

Deno.test("docs/grafana/hushcast.json asks only for what servers expose", async () => {
  const samples = await exposedSamples();
  const dashboard = readDashboard();
  const wrong = expressionsOf(dashboard).flatMap((expression) => unknownTo(samples, expression));
  assertEquals(wrong, []);
  const { definition } = dashboard.templating.list[1] ?? {};
  assertEquals(definition, "label_values(hushcast_build_info, instance)");
  assert(samples.size > 0);
});

Deno.test("docs/grafana/hushcast.json asks only for the instances that were picked", () => {
  const wrong = expressionsOf(readDashboard())
    .filter((expression) => !expression.includes('instance=~"$instance"'));
  assertEquals(wrong, []);
});

// Other programs expose them as well, perhaps under the same instance where that is a host's name.
Deno.test("docs/grafana/hushcast.json takes metrics of processes from hushcast alone", () => {
  const wrong = expressionsOf(readDashboard())
    .filter((expression) => /\bprocess_/.test(expression))
    .filter((expression) => !expression.includes("and on (job, instance) hushcast_build_info"));
  assertEquals(wrong, []);
});

Deno.test("docs/grafana/hushcast.json has panels that are whole, and none over another", () => {
  const { panels } = readDashboard();
  assertEquals(new Set(panels.map(({ id }) => id)).size, panels.length, "ids are unique");
  for (const panel of panels) {
    const { title, type, gridPos: { x, w }, description, targets = [] } = panel;
    assert(x >= 0 && x + w <= COLUMNS, `${title} is off the page`);
    assertEquals(panels.filter((other) => other !== panel && overlaps(panel, other)), [], title);
    if (type === "row") continue;
    assert(description !== undefined && targets.length > 0, `${title} says or shows nothing`);
    assertEquals(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
  }
});

Deno.test("docs/grafana/hushcast.json has what operators look for", () => {
  const text = expressionsOf(readDashboard()).join("\n");
  const wanted = [
    ...["clients", "messages_received_total", "messages_received_bytes_total", "drops_total"],
    ...["registrations_total", "registrations_waiting", "rsa_operation_duration_seconds_bucket"],
    ...["event_loop_lag_seconds_bucket", "retransmissions_total", "history_bytes"],
  ].map((name) => `hushcast_${name}`);
  assertEquals(wanted.filter((name) => !text.includes(name)), []);
  assert(text.includes("process_resident_memory_bytes"));
});

promtoolTest("docs/grafana/hushcast.json has expressions that Prometheus can read", async () => {
  const expressions = expressionsOf(readDashboard())
    .map((expression) => expression.replaceAll("$__rate_interval", "5m"));
  const { code, output } = await checkExpressions(expressions);
  assertEquals(code, 0, output);
});
