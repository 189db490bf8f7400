import type { SettingsTable } from "./setting.ts";

/**
 * What lets a client into a relay that asks for it.
 *
 * Other users of the machine can read command lines, so each secret has a form that keeps it off
 * them: a file, a variable or standard input.
 */
export const ACCESS_SETTINGS = {
  token: {
    key: "token",
    kind: "string",
    secret: true,
    placeholder: "TOKEN",
    defaultText: "none",
    help: "Admission token; process lists show it, unless it comes by the variable or --token-file",
  },
  tokenFile: {
    key: "token_file",
    kind: "path",
    placeholder: "FILE",
    defaultText: "none",
    help: "File with the admission token on one line",
  },
  join: {
    key: "join",
    kind: "string",
    secret: true,
    takesDash: true,
    expected: "an invitation on one line, or - for standard input",
    placeholder: "LINE",
    defaultText: "none",
    help: "Invitation: address, identity and token in one; with - standard input's first line",
  },
  joinFile: {
    key: "join_file",
    kind: "path",
    placeholder: "FILE",
    defaultText: "none",
    help: "File with the invitation on one line, which process lists do not show",
  },
} as const satisfies SettingsTable;
