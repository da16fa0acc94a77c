import { computed, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Schemas } from "../../api/client";
import { say } from "../../words/words";
import { Applications } from "../applications/Applications";
import { ProForma } from "../proforma/ProForma";
import { Beside } from "../reminders/Beside";
import { WorkRequests } from "../requests/Work";
import { call, work } from "../state";
import { work as words } from "../words/work";
import { ActivityForm } from "./ActivityForm";
import { CallBacks } from "./CallBacks";
import { EnterByHand } from "./EnterByHand";
import { NewCallBack } from "./NewCallBack";
import { StillOpen } from "./StillOpen";

export type Activity = Schemas["Activity"];

/** An earlier activity that was chosen to be written; null for the call's own. */
export const chosen = signal<string | null>(null);

const allOpen = computed(() => work.value?.activities ?? []);
const ofCall = computed(() => {
  const its = call.value?.activity ?? null;
  return allOpen.value.find((one) => one.activity_id === its?.activity_id) ?? its;
});

/** The one being written: the chosen one while it is open, else the call's. */
const written = computed<Activity | null>(() => {
  const picked = allOpen.value.find((one) => one.activity_id === chosen.value);
  return picked ?? ofCall.value ?? null;
});

/** What is written of the call, what is still open, and whom to call back. */
export function WorkPanel() {
  const activity = written.value;
  const place = useRef<HTMLElement>(null);
  const callId = call.value?.pop.call_id;
  // another call brings its own activity, unless somebody is in the middle of writing another
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each call, once
  useEffect(() => {
    const writing = place.current?.querySelector(".activity")?.contains(document.activeElement);
    if (writing !== true) chosen.value = null;
  }, [callId]);
  const others = allOpen.value.filter((one) => one.activity_id !== activity?.activity_id);
  return (
    <section class="column column--work" aria-labelledby="work-title" ref={place}>
      <h2 id="work-title">{say(words.panel)}</h2>
      {activity === null ? (
        <p class="quiet">{say(words.noActivity)}</p>
      ) : (
        <ActivityForm
          key={activity.activity_id}
          activity={activity}
          isCalls={activity.activity_id === ofCall.value?.activity_id}
        />
      )}
      <StillOpen activities={others} />
      <EnterByHand />
      <CallBacks all={work.value?.call_backs ?? []} />
      <NewCallBack />
      <ProForma />
      <WorkRequests />
      <Beside />
      <Applications />
    </section>
  );
}
