import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { say } from "../../words/words";
import { chime } from "./chime";
import type { Up } from "./deeds";
import { nameOf, sourceOf, timesOf } from "./told";
import { words } from "./words";

const KEPT_AS = "helpline.reminders.told";

/** What has popped up since it was told last, heard and read out once; a reload tells nothing twice. */
export function NewlyUp({ up }: { up: readonly Up[] }) {
  const said = useSignal("");
  const all = up.map(keyOf).join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another has popped up
  useEffect(() => {
    const known = sessionStorage.getItem(KEPT_AS)?.split(" ") ?? [];
    const fresh = up.filter((one) => !known.includes(keyOf(one)));
    sessionStorage.setItem(KEPT_AS, all);
    if (fresh.length === 0) return;
    const what = fresh.map((one) => `${sourceOf(one)}, ${timesOf(one)}, ${nameOf(one)}`).join("; ");
    said.value = say(words.pops, { what });
    chime(what);
  }, [all]);
  return (
    <p class="govuk-visually-hidden" role="status" aria-live="polite">
      {said.value}
    </p>
  );
}

function keyOf(one: Up): string {
  return `${one.source_id}@${one.popped_up_at}`;
}
