import type { ClientRow } from "../../watch/client_row.ts";
import { BAN_UNITS, type BanUnit, canBanByName, ipOf } from "./ban_target.ts";

/**
 * The arguments of the command `ban` for what was chosen in a form.
 *
 * @param client The client.
 * @param choice Gives the text of a field: `target` is `name` or `address`, `duration` is `limited`
 *   or `for good`, `amount` a whole number and `unit` one of `BAN_UNITS`.
 * @returns Whom, and unless it is for good how many seconds.
 */
export function banArguments(client: ClientRow, choice: (field: string) => string): string[] {
  const target = choice("target") === "name" && canBanByName(client) ? client.id : ipOf(client);
  if (choice("duration") === "for good") return [target];
  return [target, String(Number(choice("amount")) * BAN_UNITS[readUnit(choice("unit"))])];
}

function readUnit(text: string): BanUnit {
  return text === "minutes" || text === "days" ? text : "hours";
}
