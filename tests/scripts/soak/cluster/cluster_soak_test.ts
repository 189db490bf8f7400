import { assert, assertEquals } from "@std/assert";
import { CLUSTER_SOAK } from "../../../../scripts/soak/cluster/cluster_soak.ts";
import { reportText } from "../../../../scripts/soak/measures/soak_report.ts";
import { programTest } from "../../../support/test_with_program.ts";

programTest(
  "nats-server",
  "nats-server",
  "CLUSTER_SOAK passes a short run of both relays, and tells of each",
  async () => {
    const options = { seconds: 3, clients: 8, seed: 5, progress: () => undefined };
    const report = await CLUSTER_SOAK.run(options, new AbortController().signal);
    const { figures, findings } = report;
    // Lag is that of a machine on which other tests run.
    const broken = findings.filter(({ failed, name }) => failed && !name.includes("lag"));
    assertEquals(broken, [], reportText(report));
    assertEquals([report.target, figures.clients], ["cluster", 8]);
    assert(Number(figures.acknowledged_per_second) > 1, reportText(report));
    const names = findings.map(({ name }) => name);
    assert(names.includes("steady: RSS slope MiB/h") && !names.includes("shaken: RSS slope MiB/h"));
    assert(names.includes("shaken: event-loop lag p99 ms"));
  },
);
