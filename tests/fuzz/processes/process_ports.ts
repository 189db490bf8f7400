import { assert, assertEquals } from "@std/assert";
import { ControlClient } from "../../../src/control/control_client.ts";
import type { JsonValue } from "../../../src/control/json_value.ts";
import { isJsonObject } from "../../../src/control/json_value.ts";
import { CONTROL_TOKEN } from "../targets/control_lines.ts";
import { type ProcessStep, requestBytes } from "./process_steps.ts";

/** How long an answer may take, milliseconds: the machine may be busy. */
const PATIENCE_MS = 10_000;

/** How long an answer is waited for that need not come: of half a request there is none, milliseconds. */
const GLANCE_MS = 50;

/** How an answer is read. */
interface Reading {
  /** All of it, its first part, or nothing. */
  readonly until: "end" | "first" | "nothing";
  /** Whether there must be one. */
  readonly isOwed: boolean;
}

/** The control port and the dashboard of a server that runs, both with the token `CONTROL_TOKEN`. */
export class ProcessPorts {
  readonly #controlPort: number;
  readonly #url: string;
  readonly #cookie: string;

  private constructor(controlPort: number, url: string, cookie: string) {
    this.#controlPort = controlPort;
    this.#url = url;
    this.#cookie = cookie;
  }

  /** Logs in, so that no wrong token of a stranger keeps the right one waiting later. */
  static async logIn(controlPort: number, url: string): Promise<ProcessPorts> {
    const response = await fetch(`${url}login`, {
      method: "POST",
      body: new URLSearchParams({ token: CONTROL_TOKEN }),
      redirect: "manual",
    });
    await response.body?.cancel();
    const cookie = response.headers.get("Set-Cookie")?.split(";", 1)[0];
    assert(cookie !== undefined, "There is no session");
    return new ProcessPorts(controlPort, url, cookie);
  }

  /** Talks to the control port as a step says. @throws If it answers as it must not. */
  async control(step: Extract<ProcessStep, { type: "control" }>): Promise<void> {
    const { isAuthorised, isReading, bytes } = step;
    const auth = isAuthorised ? new TextEncoder().encode(`auth ${CONTROL_TOKEN}\n`) : [];
    const said = Uint8Array.from([...auth, ...bytes]);
    const until = isReading ? "end" : "nothing";
    const answer = await talk(this.#controlPort, said, { until, isOwed: true });
    if (!isReading) return;
    assert(answer.startsWith("# hushcast control 1\n"), answer);
    assert(!answer.includes("INTERNAL"), answer);
  }

  /** Asks for something over HTTP as a step says. @throws If it answers as it must not. */
  async http(step: Extract<ProcessStep, { type: "http" }>): Promise<void> {
    const { port } = new URL(this.#url);
    const bytes = requestBytes(step, { port: Number(port), cookie: this.#cookie });
    const isOwed = isAnswerOwed(step);
    const answer = await talk(Number(port), bytes, { until: "first", isOwed });
    assert(!isOwed || answer !== "", `Not answered: ${new TextDecoder().decode(bytes)}`);
    assert(/^(?:$|HTTP\/1\.1 [1-4]\d\d |HTTP\/1\.1 503 )/.test(answer), answer.slice(0, 300));
    assert(!answer.includes(CONTROL_TOKEN) && !/^\s+at .*:\d+:\d+/m.test(answer), answer);
  }

  /** Asserts that it answers at all. */
  async assertAlive(): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(`${this.#url}healthz`, { signal });
    assertEquals(await response.text(), "ok\n");
  }

  /** Asserts that no fault of its own code was counted, by either way of asking. */
  async assertNoInternalErrors(): Promise<void> {
    const options = { hostname: "127.0.0.1", port: this.#controlPort, token: CONTROL_TOKEN };
    await using client = await ControlClient.connect(options);
    const reply = await client.run("get_stats");
    assert(reply.ok && countsOf("internal_error", reply.data).length > 0, "No such counter");
    assertEquals(countsOf("internal_error", reply.data).filter((count) => count !== 0), []);
    const response = await fetch(`${this.#url}metrics`, { headers: { Cookie: this.#cookie } });
    const metrics = await response.text();
    assert(/internal_error"\} \d/.test(metrics), metrics.slice(0, 300));
    assert(!/internal_error"\} [1-9]/.test(metrics), metrics);
  }
}

/**
 * Whether a request must be answered: what was changed, or says two things of its length, may be half
 * a request, and who asks for a tunnel is hung up on.
 */
function isAnswerOwed({ request, edits }: Extract<ProcessStep, { type: "http" }>): boolean {
  const { method, others } = request;
  const isFramed = "content-length" in others || "transfer-encoding" in others;
  return edits.length === 0 && !isFramed && method !== "CONNECT";
}

/** All counters of a name, however deep. */
function countsOf(name: string, value: JsonValue | undefined): (JsonValue | undefined)[] {
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) =>
    key === name ? [child] : countsOf(name, child)
  );
}

/** Sends bytes over TCP. @returns What was read of the answer. */
async function talk(port: number, bytes: Uint8Array, reading: Reading): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    conn.close();
  }, reading.isOwed ? PATIENCE_MS : GLANCE_MS);
  try {
    const writing = writeAll(conn, bytes);
    const answer = reading.until === "nothing" ? "" : await readAnswer(conn, reading);
    await writing;
    assert(!isLate || !reading.isOwed, "No answer in time");
    return answer;
  } finally {
    clearTimeout(timer);
    if (!isLate) conn.close();
  }
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  try {
    for (let sent = 0; sent < bytes.byteLength;) sent += await conn.write(bytes.subarray(sent));
    await conn.closeWrite();
  } catch (error) {
    if (!isLoss(error)) throw error;
  }
}

async function readAnswer(conn: Deno.TcpConn, { until }: Reading): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 << 10);
  let text = "";
  try {
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      text += decoder.decode(buffer.subarray(0, count), { stream: true });
      if (until === "first") break;
    }
  } catch (error) {
    if (!isLoss(error)) throw error;
  }
  return text;
}

function isLoss(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected || error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.BadResource;
}
