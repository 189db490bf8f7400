/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { ActionDialog } from "./action_dialog.tsx";
import { callCommand } from "./call_command.ts";
import { countOf } from "../format_number.ts";
import { formText } from "./form_text.ts";
import { describeExcess } from "./text_room.ts";

/** What the dialog needs. */
export interface BroadcastDialogProps {
  /** How many clients there are. */
  readonly clients: number;
  readonly onClose: () => void;
}

/** Asks for a notice to all clients. */
export function BroadcastDialog({ clients, onClose }: BroadcastDialogProps) {
  return (
    <ActionDialog
      title="Send a notice to every client?"
      confirmLabel={`Send to ${countOf(clients, "client")}`}
      onConfirm={(fields) => callCommand("broadcast", formText(fields, "text"))}
      onClose={onClose}
    >
      <label class="block">
        Notice
        <textarea
          name="text"
          rows={3}
          required
          onInput={({ currentTarget: field }) =>
            field.setCustomValidity(describeExcess(field.value))}
        />
      </label>
    </ActionDialog>
  );
}
