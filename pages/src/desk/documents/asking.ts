import { signal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";

export type Document = Schemas["DocumentNow"];
type Told = Extract<Schemas["LiveEvent"], { type: "document_changed" }>;

/** The last letter or form of which the service said that it is another now. */
export const changed = signal<Told | null>(null);

/** A letter or form has changed, here or elsewhere. */
export function documentChanged(told: Told): void {
  changed.value = told;
}

const at = (documentId: string) => ({ path: { document_id: documentId } });

export async function read(documentId: string): Promise<Document> {
  return (await ask("get", "/api/documents/{document_id}", at(documentId))).document;
}

export async function write(documentId: string, body: Schemas["WriteDocumentBody"]): Promise<Document> {
  return (await ask("put", "/api/documents/{document_id}/fields", { ...at(documentId), body })).document;
}

export async function issue(documentId: string): Promise<Document> {
  return (await ask("post", "/api/documents/{document_id}/issue", at(documentId))).document;
}

export async function cancel(documentId: string): Promise<Document> {
  return (await ask("post", "/api/documents/{document_id}/cancel", at(documentId))).document;
}

/** Where its PDF is read. */
export function pdfOf(documentId: string): string {
  return `/api/documents/${encodeURIComponent(documentId)}/pdf`;
}
