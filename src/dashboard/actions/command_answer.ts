/** What came of a command, as a person is told. */
export type CommandAnswer =
  | {
    readonly ok: true;
    readonly lines: readonly string[];
    /** The same for a program, of a form that is to be checked. */
    readonly data: unknown;
  }
  | { readonly ok: false; readonly code: string; readonly text: string };

/**
 * Reads the answer to a command.
 *
 * @param status The HTTP status.
 * @param body The body, which may be anything.
 */
export function readCommandAnswer(status: number, body: string): CommandAnswer {
  const reply = parseObject(body);
  if (reply === undefined) return failure(status, body);
  const { ok, lines, data, error } = reply;
  if (ok === true && isTextList(lines)) return { ok, lines, data };
  if (!isObject(error)) return failure(status, body);
  const { code, text } = error;
  if (typeof code !== "string" || typeof text !== "string") return failure(status, body);
  return { ok: false, code, text };
}

function failure(status: number, body: string): CommandAnswer {
  const said = body.trim().slice(0, 200);
  const text = said === "" ? `The server answered with status ${status}` : said;
  return { ok: false, code: `HTTP_${status}`, text };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}
