/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { type ClientRow, rowKey } from "../../watch/client_row.ts";
import { ActionDialog } from "./action_dialog.tsx";
import { callCommand } from "./call_command.ts";
import { ClientName } from "../clients/client_name.tsx";
import { formText } from "./form_text.ts";

/** What the dialog needs. */
export interface SendDialogProps {
  readonly client: ClientRow;
  readonly onClose: () => void;
}

/** Asks for a message to one client. */
export function SendDialog({ client, onClose }: SendDialogProps) {
  return (
    <ActionDialog
      title="Send a message?"
      confirmLabel="Send"
      onConfirm={(fields) => callCommand("send", rowKey(client), formText(fields, "text"))}
      onClose={onClose}
    >
      <p>
        To <ClientName client={client} />, encrypted with its key. Clients do not acknowledge it.
      </p>
      <label class="block">
        Message
        <textarea name="text" rows={3} maxLength={20_000} required />
      </label>
    </ActionDialog>
  );
}
