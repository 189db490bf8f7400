/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { ServerProfile } from "../../watch/feed_event.ts";
import { type ClientRow, rowKey } from "../../watch/client_row.ts";
import { ActionDialog } from "./action_dialog.tsx";
import { callCommand } from "./call_command.ts";
import { ClientName } from "../clients/client_name.tsx";
import { formText } from "./form_text.ts";
import { describeExcess } from "./text_room.ts";

/** What the dialog needs. */
export interface KickDialogProps {
  readonly client: ClientRow;
  readonly profile: ServerProfile;
  readonly onClose: () => void;
}

/**
 * Asks whether to kick a client. It is named by its session, where it has one: another client may
 * have taken its name by the time that the user confirms.
 */
export function KickDialog({ client, profile, onClose }: KickDialogProps) {
  const kick = (fields: FormData) => {
    const reason = formText(fields, "reason");
    return callCommand("kick_client", rowKey(client), ...(reason === "" ? [] : [reason]));
  };
  return (
    <ActionDialog
      title="Kick this client?"
      confirmLabel="Kick"
      isDangerous
      onConfirm={kick}
      onClose={onClose}
    >
      <p>
        <ClientName client={client} /> {profile.kind === "relay"
          ? "loses its session and is told the reason. It may register again."
          : "is forgotten with its key, and is not told. It is known again when it sends its key."}
      </p>
      <label class="block">
        Reason (may be empty)
        <input
          type="text"
          name="reason"
          autocomplete="off"
          onInput={({ currentTarget: field }) =>
            field.setCustomValidity(describeExcess(field.value))}
        />
      </label>
    </ActionDialog>
  );
}
