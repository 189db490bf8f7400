import type { DirectAdmin } from "../control/direct_commands.ts";
import type { DirectServer } from "../direct/direct_server.ts";

/** A direct server as far as an operator has to do with it. */
export type AdministeredServer = Pick<
  DirectServer,
  "listClients" | "findClient" | "kickClient" | "stats" | "shutdown" | "sendTo"
>;

/**
 * Hands a direct server to its control port.
 *
 * @param server The server; not owned.
 * @returns What the commands of the control port call.
 */
export function directAdmin(server: AdministeredServer): DirectAdmin {
  return {
    listClients: () => server.listClients(),
    findClient: (id) => server.findClient(id),
    kickClient: (id, reason) => server.kickClient(id, reason),
    stats: () => server.stats(),
    shutdown: (reason) => server.shutdown(reason),
    async sendTo(id, text) {
      // By the address that the reply names; an ID of nobody is refused by the server.
      const address = server.findClient(id)?.address ?? id;
      await server.sendTo(address, text);
      return address;
    },
  };
}
