import { assertEquals } from "@std/assert";
import { startDirect } from "../../scripts/hushcast_process.ts";
import { directControl } from "../support/direct_processes.ts";
import { PythonDirectClient } from "../support/direct_python_client.ts";
import { pythonTest } from "../support/python.ts";

/** About the longest that fits a line of the control port. */
const LONG = "0123456789abcdef".repeat(250);

for (const form of ["blocks", "hybrid"] as const) {
  pythonTest(`the operator's messages reach a Python client that sent ${form}`, async (python) => {
    await using direct = await startDirect();
    await using ann = await PythonDirectClient.start(python, direct.server, 2048);
    const body = form === "hybrid"
      ? await ann.hybrid("hi", { sequence: 1 })
      : await ann.plain("hi");
    await ann.deliver(...await ann.fragments(body, 1));
    await directControl(direct, "send", ann.address, "grüße");
    const short = await ann.answer();
    assertEquals([short.text, short.form, short.datagrams], ["grüße", form, 1]);
    await directControl(direct, "send", String(ann.fingerprint), LONG);
    const long = await ann.answer();
    assertEquals([long.text, long.form], [LONG, form]);
    assertEquals(long.datagrams, Math.ceil(Number(long.bytes) / 490));
  });
}
