import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { SettingsError, type SettingsErrorCode } from "../../src/settings/settings_error.ts";

/**
 * Asserts that an action refuses a setting, in one line that names the culprit.
 *
 * @param action What must throw.
 * @param code The code it must throw with.
 * @param names Texts that the message must hold.
 */
export function assertSettingsError(
  action: () => unknown,
  code: SettingsErrorCode,
  names: readonly string[],
): void {
  const error = assertThrows(action);
  assertInstanceOf(error, SettingsError);
  assertEquals(error.code, code);
  for (const name of names) {
    assert(error.message.includes(name), `${name} not in: ${error.message}`);
  }
  assert(!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(error.message), `more than a line: ${error.message}`);
}
