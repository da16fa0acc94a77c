import { useEffect } from "preact/hooks";
import { listen } from "../../api/live";

/** Learn what belongs to a record, and learn it anew whenever the service tells that somebody has changed it. */
export function useAnew(kind: string, recordId: number, learn: () => unknown): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each record
  useEffect(() => {
    learn();
    return whenChanged(kind, recordId, learn);
  }, [kind, recordId]);
}

/** Do it whenever the record has changed, and after a break, in which it may have. Returns how to stop. */
export function whenChanged(kind: string, recordId: number, deed: () => unknown): () => void {
  return listen((message) => {
    const isOurs = message.type === "record_changed" && message.kind === kind && message.record_id === recordId;
    if (isOurs || message.type === "snapshot") deed();
  });
}
