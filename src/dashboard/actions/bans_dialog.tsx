/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useEffect, useRef, useState } from "preact/hooks";
import { escapeUnprintable } from "../../observe/printable_text.ts";
import { type BanEntry, readBans } from "./ban_entry.ts";
import { callCommand } from "./call_command.ts";
import { Modal } from "./modal.tsx";

type Loaded =
  | { readonly state: "loading" }
  | { readonly state: "failed"; readonly text: string }
  | { readonly state: "loaded"; readonly bans: readonly BanEntry[] };

/** Shows the bans that hold, and lifts them. */
export function BansDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [loaded, setLoaded] = useState<Loaded>({ state: "loading" });
  const [told, tell] = useState("");
  const load = async () => {
    const answer = await callCommand("list_bans");
    setLoaded(
      answer.ok
        ? { state: "loaded", bans: readBans(answer.data) }
        : { state: "failed", text: answer.text },
    );
  };
  const lift = async (target: string) => {
    const answer = await callCommand("unban", target);
    tell(escapeUnprintable(answer.ok ? answer.lines.join("; ") : answer.text));
    await load();
    dialog.current?.querySelector<HTMLElement>(".dialog-actions button")?.focus();
  };
  useEffect(() => void load(), []);
  return (
    <Modal dialog={dialog} title="Bans" onClose={onClose}>
      <BanList loaded={loaded} onLift={lift} />
      <div class="answer" role="status">{told !== "" && <p>{told}</p>}</div>
      <div class="dialog-actions">
        <button type="button" onClick={() => dialog.current?.close()}>Close</button>
      </div>
    </Modal>
  );
}

interface BanListProps {
  readonly loaded: Loaded;
  readonly onLift: (target: string) => Promise<void>;
}

function BanList({ loaded, onLift }: BanListProps) {
  if (loaded.state === "loading") return <p>Asking the server…</p>;
  if (loaded.state === "failed") return <p class="failed">{escapeUnprintable(loaded.text)}</p>;
  if (loaded.bans.length === 0) return <p>Nobody is banned.</p>;
  return (
    <ul class="bans">
      {loaded.bans.map((ban) => (
        <BanItem key={`${ban.kind} ${ban.target}`} ban={ban} onLift={onLift} />
      ))}
    </ul>
  );
}

interface BanItemProps {
  readonly ban: BanEntry;
  readonly onLift: (target: string) => Promise<void>;
}

function BanItem({ ban, onLift }: BanItemProps) {
  const [step, setStep] = useState<"shown" | "asked" | "lifting" | "kept">("shown");
  const lift = async () => {
    setStep("lifting");
    await onLift(ban.target);
    setStep("shown");
  };
  const target = escapeUnprintable(ban.target);
  return (
    <li>
      <span class="ban-target">
        <bdi class="client-name">{target}</bdi> <span class="unit">{kindOf(ban)}</span>
      </span>
      <span class="unit">{untilOf(ban)}</span>
      {step === "asked" || step === "lifting"
        ? (
          <span class="ban-question">
            Lift it?
            <button
              type="button"
              class="small danger"
              disabled={step === "lifting"}
              onClick={() => void lift()}
            >
              Lift
            </button>
            <button type="button" class="small" ref={focusOn} onClick={() => setStep("kept")}>
              Keep
            </button>
          </span>
        )
        : (
          <button
            type="button"
            class="small"
            aria-label={`Lift the ban of ${target}`}
            ref={step === "kept" ? focusOn : null}
            onClick={() => setStep("asked")}
          >
            Lift…
          </button>
        )}
    </li>
  );
}

/** For the place of a button that had the focus and is gone. */
function focusOn(element: HTMLElement | null): void {
  element?.focus();
}

function kindOf({ kind }: BanEntry): string {
  return kind === "ip" ? "address" : escapeUnprintable(kind);
}

function untilOf({ until }: BanEntry): string {
  if (until === undefined) return "until it is lifted";
  const unixMs = Date.parse(until);
  return `until ${
    Number.isNaN(unixMs) ? escapeUnprintable(until) : new Date(unixMs).toLocaleString("sv")
  }`;
}
