/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { escapeUnprintable } from "../../observe/printable_text.ts";
import type { CommandAnswer } from "./command_answer.ts";
import { Modal } from "./modal.tsx";

/** What a dialog asks. */
export interface ActionDialogProps {
  readonly title: string;
  /** What happens, and fields for how. */
  readonly children: ComponentChildren;
  /** What the button says that does it. */
  readonly confirmLabel: string;
  /** Whether it takes something from somebody. */
  readonly isDangerous?: boolean;
  /** Does it, with what the fields hold. */
  readonly onConfirm: (fields: FormData) => Promise<CommandAnswer>;
  readonly onClose: () => void;
}

type Step =
  | { readonly step: "asking" }
  | { readonly step: "running" }
  | { readonly step: "done"; readonly lines: readonly string[] }
  | { readonly step: "failed"; readonly code: string; readonly text: string };

/** Asks whether something is to be done, does it, and shows what the server answered. */
export function ActionDialog(props: ActionDialogProps) {
  const { title, children, confirmLabel, isDangerous, onConfirm, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [step, setStep] = useState<Step>({ step: "asking" });
  const confirm = async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    setStep({ step: "running" });
    const answer = await onConfirm(fields);
    setStep(answer.ok ? { step: "done", lines: answer.lines } : { step: "failed", ...answer });
  };
  useEffect(() => {
    // The button that had the focus was disabled meanwhile, or is gone.
    if (step.step === "done" || step.step === "failed") focusLastButton(dialog.current);
  }, [step]);
  return (
    <Modal dialog={dialog} title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void confirm(event.currentTarget);
        }}
      >
        <fieldset disabled={step.step === "running" || step.step === "done"}>{children}</fieldset>
        <Answer step={step} />
        <div class="dialog-actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            {step.step === "done" ? "Close" : "Cancel"}
          </button>
          {step.step !== "done" && (
            <button
              type="submit"
              class={isDangerous ? "danger" : "primary"}
              disabled={step.step === "running"}
            >
              {confirmLabel}
            </button>
          )}
        </div>
      </form>
    </Modal>
  );
}

function Answer({ step }: { step: Step }) {
  return (
    <div class="answer" role="status">
      {step.step === "running" && <p>Asking the server…</p>}
      {step.step === "failed" && (
        <p class="failed">
          {escapeUnprintable(step.text)} <code>{escapeUnprintable(step.code)}</code>
        </p>
      )}
      {step.step === "done" && (
        <p class="done">
          Done. The server answered: <code>{escapeUnprintable(step.lines.join("; ")) || "OK"}</code>
        </p>
      )}
    </div>
  );
}

function focusLastButton(dialog: HTMLDialogElement | null): void {
  dialog?.querySelector<HTMLElement>(".dialog-actions button:last-child")?.focus();
}
