import { texts } from "../words/words";

/** What the call view says of its own; everything about the call comes from the service. */
export const words = texts({
  title: { en: "Call", cy: "Galwad" },
  toMonitor: { en: "Back to the monitor", cy: "Yn ôl i'r monitor" },
  reading: { en: "Reading the call …", cy: "Yn darllen yr alwad …" },
  line: { en: "Line", cy: "Llinell" },
  brand: { en: "Brand", cy: "Brand" },
  language: { en: "Language", cy: "Iaith" },
  english: { en: "English", cy: "Saesneg" },
  welsh: { en: "Welsh", cy: "Cymraeg" },
  number: { en: "Number ends in", cy: "Diwedd y rhif" },
  arrived: { en: "Began", cy: "Dechreuodd" },
  ended: { en: "Ended", cy: "Diwedd" },
  picture: { en: "Time line; scroll it sideways", cy: "Llinell amser; sgroliwch hi i'r ochr" },
  steps: { en: "Steps", cy: "Camau" },
  step: { en: "Step", cy: "Cam" },
  time: { en: "Time", cy: "Amser" },
  who: { en: "Who", cy: "Pwy" },
  what: { en: "What happened", cy: "Beth ddigwyddodd" },
  play: { en: "Play", cy: "Chwarae" },
  stop: { en: "Stop", cy: "Stopio" },
  notPlayed: { en: "This prompt cannot be played.", cy: "Ni ellir chwarae'r neges hon." },
  goesOn: {
    en: "This call goes on. New steps appear by themselves.",
    cy: "Mae'r alwad hon yn parhau. Daw camau newydd i'r golwg eu hunain.",
  },
  workGoesOn: {
    en: "The call is over; after call work goes on. New steps appear by themselves.",
    cy: "Mae'r alwad drosodd; mae'r gwaith ar ôl galwad yn parhau. Daw camau newydd i'r golwg eu hunain.",
  },
});
