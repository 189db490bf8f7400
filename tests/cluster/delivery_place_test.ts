import { assertEquals } from "@std/assert";
import { readDeliveryPlace } from "../../src/cluster/delivery_place.ts";

const place = {
  streamSequence: 12n,
  consumerSequence: 3,
  keptUnixMs: 1_700_000_000_123,
};

for (
  const { name, reply } of [
    { name: "short", reply: "$JS.ACK.stream.consumer.1.12.3.1700000000123456789.4" },
    { name: "long", reply: "$JS.ACK._.hash.stream.consumer.1.12.3.1700000000123456789.4" },
    { name: "longest", reply: "$JS.ACK.hub.hash.stream.consumer.1.12.3.1700000000123456789.4.xy" },
  ]
) {
  Deno.test(`readDeliveryPlace() reads the ${name} form`, () => {
    assertEquals(readDeliveryPlace(reply), place);
  });
}

for (
  const reply of [
    "",
    "_INBOX.abc",
    "$JS.ACK.",
    "$JS.ACK.stream.consumer.1.12.3.1700000000123456789",
    "$JS.ACK.a.stream.consumer.1.12.3.1700000000123456789.4",
    "$JS.ACK.stream.consumer.1.x.3.1700000000123456789.4",
    "$JS.ACK.stream.consumer.1.0.3.1700000000123456789.4",
    "$JS.ACK.stream.consumer.1.12.0.1700000000123456789.4",
    "$JS.ACK.stream.consumer.1.12.3.time.4",
    "$JS.FC.stream.consumer.1.12.3.1700000000123456789.4",
  ]
) {
  Deno.test(`readDeliveryPlace() passes over "${reply}"`, () => {
    assertEquals(readDeliveryPlace(reply), undefined);
  });
}
