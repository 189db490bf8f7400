/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useId } from "preact/hooks";

/** What a modal dialog is made of. */
export interface ModalProps {
  /** Gets the element, by which it is closed. */
  readonly dialog: RefObject<HTMLDialogElement | null>;
  readonly title: string;
  readonly children: ComponentChildren;
  readonly onClose: () => void;
}

/** A dialog that is open, and above all else, as long as it is drawn. */
export function Modal({ dialog, title, children, onClose }: ModalProps) {
  const titleId = useId();
  useEffect(() => {
    dialog.current?.showModal();
    return keepFocus;
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      onKeyDown={ignoreHeldEnter}
    >
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}

/**
 * Enter that is still down from the button that opened the dialog is no answer to it. In texts of
 * several lines it makes lines.
 */
function ignoreHeldEnter(event: KeyboardEvent): void {
  const isText = event.target instanceof HTMLTextAreaElement;
  if (event.key === "Enter" && event.repeat && !isText) event.preventDefault();
}

/** The dialog gives the focus back to where it was; if that is gone, the clients take it. */
function keepFocus(): void {
  if (document.activeElement === document.body) {
    document.querySelector<HTMLElement>(".clients-scroll")?.focus();
  }
}
