import { signal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { say } from "../words/words";
import { callId } from "./call";
import { words } from "./words";

type Prompt = Schemas["PromptTold"];

/** What plays now, by its address: one at a time. */
const playing = signal<string | null>(null);
const failed = signal<string | null>(null);
const sound = new Audio();
sound.onended = () => {
  playing.value = null;
};

/** Hear a prompt as the caller heard it. */
export function PlayButton({ prompt }: { prompt: Prompt }) {
  const address = addressOf(prompt);
  const plays = playing.value === address;
  const verb = say(plays ? words.stop : words.play);
  return (
    <>
      <button
        type="button"
        class="call__play"
        aria-label={`${verb}: ${prompt.name}`}
        onClick={() => (plays ? stop() : play(address))}
      >
        <span aria-hidden="true">{plays ? "■" : "▶"}</span> {verb}
      </button>
      {failed.value === address && <span role="alert">{say(words.notPlayed)} </span>}
    </>
  );
}

function addressOf(prompt: Prompt): string {
  const query = new URLSearchParams({ call_id: callId, ...(prompt.value === null ? {} : { value: prompt.value }) });
  return `/api/prompts/${prompt.language}/${encodeURIComponent(prompt.name)}?${query}`;
}

function play(address: string): void {
  failed.value = null;
  playing.value = address;
  sound.src = address;
  sound.play().catch((error: unknown) => {
    const isStopped = error instanceof DOMException && error.name === "AbortError";
    if (isStopped || playing.value !== address) return;
    playing.value = null;
    failed.value = address;
  });
}

function stop(): void {
  sound.pause();
  playing.value = null;
}
