import { UNIT_COST_NAMES } from "./unit_costs.ts";

/** What `--help` prints. */
export const MODEL_HELP = `Usage: deno task scale-model [options]

Works out what relays that work as one carry, from what pieces of work cost, and simulates the
queues where averages do not tell enough. Without options it prints the tables of docs/SCALE.md.

Options of one deployment (any of them shows that one in place of the tables):
  --rate N          Messages a second, all senders together (200)
  --bytes B         Length of a message (256)
  --senders N       Senders (60)
  --receivers N     Receivers (600)
  --streams N       Groups that do not hear each other, each with its stream and its relays (1)
  --relays N        Relays (3)
  --servers N       NATS servers that are one cluster (1)
  --server-processors N
                    Processors of each (4)
  --replicas N      Servers that hold each stream (1)
  --leaf-sites N    Sites with a leaf node that mirrors the streams, for relays to read there (0)
  --link-mbps N     What a network interface carries (1000)
  --nats-ms N       From a relay to NATS, one way, milliseconds (0.1)
  --server-ms N     From NATS server to NATS server, one way, milliseconds (0.1)

Other options:
  --cost NAME=US    What a piece of work costs, microseconds; several can be given. NAME is one of
                    ${UNIT_COST_NAMES.slice(0, 5).join(", ")},
                    ${UNIT_COST_NAMES.slice(5).join(", ")}
  --messages N      Messages that a simulation follows (20000)
  --seed N          Another seed for chance
  --json            Print JSON
  --help            Show this

Every relay takes every message of its stream: more relays divide senders, receivers and copies, but
not that. With --group-delivery multicast a relay sends one copy however many listen: give as many
receivers as relays.

What is not modelled: bursts that are no chance, garbage collection, loss and repair, joining and
leaving, disks that are slow, and the clients. Leaf nodes that mirror a stream are arithmetic only:
relays read from the stream itself today.

Exit codes: 0 done, 2 wrong usage.
`;
