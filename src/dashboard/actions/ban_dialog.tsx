/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useState } from "preact/hooks";
import { escapeUnprintable } from "../../observe/printable_text.ts";
import type { ClientRow } from "../../watch/client_row.ts";
import { ActionDialog } from "./action_dialog.tsx";
import { addressKind, BAN_UNITS, canBanByName, ipOf } from "./ban_target.ts";
import { banArguments } from "./ban_arguments.ts";
import { callCommand } from "./call_command.ts";
import { ClientName } from "../clients/client_name.tsx";
import { formText } from "./form_text.ts";

/** What the dialog needs. */
export interface BanDialogProps {
  readonly client: ClientRow;
  readonly onClose: () => void;
}

/** Asks whether to keep a client out: by its name or address, and for how long. */
export function BanDialog({ client, onClose }: BanDialogProps) {
  const ban = (fields: FormData) =>
    callCommand("ban", ...banArguments(client, (name) => formText(fields, name)));
  return (
    <ActionDialog
      title="Ban this client?"
      confirmLabel="Ban"
      isDangerous
      onConfirm={ban}
      onClose={onClose}
    >
      <p>
        <ClientName client={client} />{" "}
        loses its session and is kept out. A ban outlasts a restart of the server.
      </p>
      <fieldset>
        <legend>Whom</legend>
        {canBanByName(client) && (
          <label>
            <input type="radio" name="target" value="name" defaultChecked />
            <span>
              The name <bdi class="client-name">{escapeUnprintable(client.id)}</bdi>
            </span>
          </label>
        )}
        <label>
          <input
            type="radio"
            name="target"
            value="address"
            defaultChecked={!canBanByName(client)}
          />
          <span>
            {addressKind(client) === "network" ? "The /64 network of " : "The address "}
            <span class="mono">{ipOf(client)}</span>, and with it all clients there
          </span>
        </label>
      </fieldset>
      <DurationFields />
    </ActionDialog>
  );
}

function DurationFields() {
  const [isForGood, setForGood] = useState(false);
  return (
    <fieldset>
      <legend>For how long</legend>
      <label>
        <input
          type="radio"
          name="duration"
          value="limited"
          checked={!isForGood}
          onChange={() => setForGood(false)}
        />
        For a time
      </label>
      <div class="inline-fields">
        <input
          type="number"
          name="amount"
          aria-label="Amount"
          min={1}
          max={10_000}
          required={!isForGood}
          disabled={isForGood}
          defaultValue={1}
        />
        <select name="unit" aria-label="Unit" disabled={isForGood}>
          {Object.keys(BAN_UNITS).map((unit) => (
            <option key={unit} value={unit} selected={unit === "hours"}>{unit}</option>
          ))}
        </select>
      </div>
      <label>
        <input
          type="radio"
          name="duration"
          value="for good"
          checked={isForGood}
          onChange={() => setForGood(true)}
        />
        Until it is lifted
      </label>
    </fieldset>
  );
}
