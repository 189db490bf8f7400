/**
 * A process for tests: keeps messages in the history of a directory until it is killed, and prints the
 * number of each one once that is kept. When the directory's history can't be opened it prints why.
 */
import { HushcastError } from "../../src/errors.ts";
import { SqliteHistory } from "../../src/history/sqlite/sqlite_history.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { numberedMessage, WIDE_LIMITS } from "./sqlite_history_fixture.ts";

const [directory = ""] = Deno.args;
const encoder = new TextEncoder();

function print(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

try {
  const history = await SqliteHistory.open({
    path: `${directory}/history.db`,
    keyDirectory: directory,
    types: DEFAULT_TLV_TYPES,
    limits: WIDE_LIMITS,
  });
  let next = Number(history.newest);
  const append = () => {
    while (history.waiting < 20) history.append(numberedMessage(++next));
  };
  history.listen(() => {
    for (const news of history.takeNews()) {
      if (news.type === "kept") print(`${news.message.sequence}`);
    }
    append();
  });
  append();
} catch (error) {
  if (!(error instanceof HushcastError)) throw error;
  print(error.code);
}
