import type { CommandLoaders } from "./command.ts";

/** The commands; the specifiers are literals so that `deno compile` and `deno bundle` see them. */
export const COMMANDS: CommandLoaders = {
  relay: () => import("./relay.ts"),
  control: () => import("./control.ts"),
  top: () => import("./top.ts"),
  chat: () => import("./chat.ts"),
  send: () => import("./send.ts"),
  listen: () => import("./listen.ts"),
  token: () => import("./token.ts"),
  identity: () => import("./identity.ts"),
  direct: () => import("./direct.ts"),
  "direct-send": () => import("./direct_send.ts"),
  completions: () => import("./completions.ts"),
};
