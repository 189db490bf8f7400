/**
 * What a text field holds.
 *
 * @param fields All fields.
 * @param name The field's name.
 * @returns Its text without spaces around it; empty if there is none of this name.
 */
export function formText(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === "string" ? value.trim() : "";
}
