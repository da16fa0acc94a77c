import { computed, effect, signal } from "@preact/signals";
import { ANSWER_WITHIN_MS, ask, type Schemas } from "../api/client";
import { listen } from "../api/live";
import { inWords } from "../words/service";
import { language } from "../words/words";

type Message = Schemas["LiveEvent"];

/** The call that the address names. */
export const callId = location.pathname.split("/").at(-1) ?? "";
export const timeline = signal<Schemas["CallTimeline"] | null>(null);
/** The service's own drawing of the same. */
export const picture = signal<string>("");
const problem = signal<unknown>(null);
/** Why there is nothing to see, or what there is may be old. */
export const trouble = computed(() => (problem.value === null ? "" : inWords(problem.value)));
/** The step that the list points at. */
export const chosen = signal<number | null>(null);

let reading = false;
let again = false;

/** Read the call, and once more if something happened meanwhile: never twice at a time. */
export async function read(): Promise<void> {
  again = reading;
  if (reading) return;
  reading = true;
  try {
    const path = { call_id: callId };
    const query = { language: language.value };
    const [told, drawn] = await Promise.all([
      ask("get", "/api/calls/{call_id}/timeline", { path, query }),
      drawing(`/api/calls/${encodeURIComponent(callId)}/timeline.svg?steps=0&language=${language.value}`),
    ]);
    timeline.value = told;
    picture.value = drawn;
    problem.value = null;
  } catch (error) {
    problem.value = error;
  } finally {
    reading = false;
    if (again) void read();
  }
}

/** The picture as text; nothing when it cannot be had, for then the steps cannot either, and they say why. */
async function drawing(address: string): Promise<string> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch(() => null);
  return answer?.ok ? answer.text() : "";
}

/** Follow the call while any of it goes on. Returns how to stop. */
export function follow(): () => void {
  const stopReading = effect(() => {
    language.value; // another language is another text of the service's
    void read();
  });
  const stopListening = listen((message) => {
    if (concerns(message)) void read();
  });
  return () => {
    stopReading();
    stopListening();
  };
}

function concerns(message: Message): boolean {
  if (message.type === "snapshot") return timeline.value !== null;
  if (message.type === "journey_step") return message.call_id === callId;
  return message.type === "agent_changed" && takesPart(message.agent);
}

function takesPart(agent: Extract<Message, { type: "agent_changed" }>["agent"]): boolean {
  if (agent.call_id === callId) return true;
  const lane = `agent:${agent.staff_number}`;
  return timeline.value?.end === null && timeline.value.lanes.some((one) => one.key === lane);
}
