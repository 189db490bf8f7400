import { assertEquals, assertThrows } from "@std/assert";
import { portableHead, type PortableHeadFields } from "../../../scripts/compile/portable_head.ts";

function fields(packedBytes: number): PortableHeadFields {
  return {
    version: "1.2.3",
    target: "x86_64-unknown-linux-gnu",
    id: "ab".repeat(32),
    flags: ["--allow-net", "--allow-read"],
    runtime: { sum: "cd".repeat(32), bytes: 95_600_728, packedBytes: 41_000_000 },
    program: { sum: "ef".repeat(32), bytes: 1_015_442, packedBytes },
  };
}

Deno.test("portableHead() fills in each field wherever it stands", () => {
  const template = "@VERSION@ @TARGET@ @FLAGS@ @RUNTIME_BYTES@ @PROGRAM_BYTES@ @VERSION@\n";
  assertEquals(
    portableHead(template, fields(1)),
    "1.2.3 x86_64-unknown-linux-gnu --allow-net --allow-read 95600728 1015442 1.2.3\n",
  );
});

// A head of 7 to 14 bytes: around 9 the position of what follows gets a second digit.
for (let padding = 0; padding < 8; padding++) {
  Deno.test(`portableHead() counts its own digits behind ${padding} bytes`, () => {
    const head = portableHead(`${"#".repeat(padding)}@PROGRAM_AT@ @RUNTIME_AT@\n`, fields(5));
    const [, program, runtime] = /#*(\d+) (\d+)\n/.exec(head) ?? [];
    assertEquals([Number(program), Number(runtime)], [head.length + 1, head.length + 6]);
  });
}

Deno.test("portableHead() refuses a template with a field that it does not know", () => {
  assertThrows(() => portableHead("@VERSOIN@", fields(1)), TypeError, "@VERSOIN@");
});
