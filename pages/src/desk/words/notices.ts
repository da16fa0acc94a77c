import { texts } from "../../words/words";

/** What stands in the strip under the toolbar. */
export const notices = {
  ...texts({
    dismiss: { en: "Dismiss", cy: "Diystyru" },
    phoneLost: {
      en: "Your phone cannot be reached. No call is lost: those in the queue go to others. Check that the phone is on and signed in.",
      cy: "Ni ellir cyrraedd eich ffôn. Nid oes galwad wedi'i cholli: mae'r rhai yn y ciw yn mynd at eraill. Gwnewch yn siŵr bod y ffôn ymlaen ac wedi'i fewngofnodi.",
    },
  }),
  deeds: texts({
    state_set: { en: "{leader} has set your state: {state}.", cy: "Mae {leader} wedi gosod eich statws: {state}." },
    state_asked: {
      en: "{leader} has set your state after this call: {state}.",
      cy: "Mae {leader} wedi gosod eich statws ar ôl yr alwad hon: {state}.",
    },
    logged_out: { en: "{leader} has logged you out.", cy: "Mae {leader} wedi'ch allgofnodi." },
    listened: { en: "{leader} is listening to your call.", cy: "Mae {leader} yn gwrando ar eich galwad." },
    whispered: {
      en: "{leader} is on your call; only you hear them.",
      cy: "Mae {leader} ar eich galwad; dim ond chi sy'n eu clywed.",
    },
    joined: { en: "{leader} has joined your call.", cy: "Mae {leader} wedi ymuno â'ch galwad." },
    call_taken: { en: "{leader} has taken over your call.", cy: "Mae {leader} wedi cymryd eich galwad." },
  }),
  progress: texts({
    no_answer: { en: "Nobody answered your call.", cy: "Ni atebodd neb eich galwad." },
    busy: { en: "The number you called is engaged.", cy: "Mae'r rhif y gwnaethoch ei ffonio yn brysur." },
    rejected: { en: "Your call was refused.", cy: "Gwrthodwyd eich galwad." },
    unreachable: {
      en: "The number could not be reached. Check it, and try again later.",
      cy: "Ni ellid cyrraedd y rhif. Gwiriwch ef, a rhowch gynnig arall arni yn nes ymlaen.",
    },
    agent_not_reached: {
      en: "Your own phone was not answered, so nobody was called. Try again.",
      cy: "Nid atebwyd eich ffôn eich hun, felly ni ffoniwyd neb. Rhowch gynnig arall arni.",
    },
  }),
};
