import { signal } from "@preact/signals";

/** The letter or form whose dialog is open; null for none. */
export const openedDocument = signal<string | null>(null);

/** Open a letter or form over the desk, to be reviewed, printed, issued or cancelled. */
export function openDocument(documentId: string): void {
  openedDocument.value = documentId;
}

export function closeDocument(): void {
  openedDocument.value = null;
}
