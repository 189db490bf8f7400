/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { escapeUnprintable } from "../../observe/printable_text.ts";
import type { ClientRow } from "../../watch/client_row.ts";
import { hasName } from "../actions/ban_target.ts";

/** A client within a sentence. Its name is a stranger's text, and must not run into the rest. */
export function ClientName({ client }: { client: ClientRow }) {
  const name = <bdi class="client-name">{escapeUnprintable(client.id)}</bdi>;
  return hasName(client)
    ? (
      <>
        {name} at <span class="mono">{client.address}</span>
      </>
    )
    : name;
}
