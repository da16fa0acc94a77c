import { texts } from "../../words/words";

export const toolbar = texts({
  change: { en: "Change state", cy: "Newid statws" },
  chooseCode: { en: "Not Ready, because of", cy: "Ddim yn barod, oherwydd" },
  next: { en: "Next: {state}", cy: "Nesaf: {state}" },
  askedBy: { en: "asked for by {who}", cy: "gofynnwyd gan {who}" },
  left: { en: "{time} left", cy: "{time} ar ôl" },
  leftThen: { en: "{time} left, then {state}", cy: "{time} ar ôl, yna {state}" },
  logOutIn: {
    en: "You will be logged out in {time}. Choose any state to stay.",
    cy: "Byddwch yn cael eich allgofnodi ymhen {time}. Dewiswch unrhyw statws i aros.",
  },
  logBackIn: { en: "Log in again", cy: "Mewngofnodi eto" },
  pendingShort: { en: "after this call", cy: "ar ôl yr alwad hon" },
  ringsElsewhere: { en: "the call goes to another caseworker", cy: "mae'r alwad yn mynd at weithiwr achos arall" },
  alert: { en: "Alert leader", cy: "Rhybuddio arweinydd" },
  alertOnlyInCall: {
    en: "During a call, this tells your team leader at once that a caller is at risk.",
    cy: "Yn ystod galwad, mae hyn yn dweud wrth eich arweinydd tîm ar unwaith bod galwr mewn perygl.",
  },
  alerted: { en: "Your leader has been alerted.", cy: "Mae eich arweinydd wedi'i rybuddio." },
  alertSeen: { en: "{leader} has seen your alert.", cy: "Mae {leader} wedi gweld eich rhybudd." },
  phone: { en: "Phone", cy: "Ffôn" },
  phoneReady: { en: "ready", cy: "yn barod" },
  phoneLost: { en: "cannot be reached", cy: "ni ellir ei gyrraedd" },
  phoneUnknown: { en: "not known", cy: "ddim yn hysbys" },
  more: { en: "More", cy: "Mwy" },
  keys: { en: "Shortcuts", cy: "Llwybrau byr" },
  notify: { en: "Tell me of calls outside this page", cy: "Rhoi gwybod am alwadau y tu allan i'r dudalen hon" },
  notifying: { en: "Calls are told outside this page", cy: "Rhoddir gwybod am alwadau y tu allan i'r dudalen" },
  notifyRefused: {
    en: "The browser does not let this page tell of calls. Change it in the browser's settings.",
    cy: "Nid yw'r porwr yn gadael i'r dudalen hon roi gwybod am alwadau. Newidiwch hyn yng ngosodiadau'r porwr.",
  },
  logOutPending: { en: "Log out after this call", cy: "Allgofnodi ar ôl yr alwad hon" },
  idle: { en: "Idle", cy: "Segur" },
});

/** The line of context. */
export const context = texts({
  line: { en: "Queues and what is due", cy: "Ciwiau a'r hyn sydd i'w wneud" },
  waiting: { en: "{count} waiting", cy: "{count} yn aros" },
  longest: { en: "longest {time}", cy: "hiraf {time}" },
  free: { en: "{count} available", cy: "{count} ar gael" },
  ownCases: { en: "My own cases: {count} waiting", cy: "Fy achosion fy hun: {count} yn aros" },
  due: { en: "Call backs due: {count}", cy: "Galwadau yn ôl i'w gwneud: {count}" },
  nextDue: { en: "next {time}", cy: "nesaf {time}" },
  noQueue: { en: "No queue", cy: "Dim ciw" },
  emergency: {
    en: "Emergency setting on: calls may be transferred without asking first.",
    cy: "Gosodiad argyfwng ymlaen: gellir trosglwyddo galwadau heb ofyn yn gyntaf.",
  },
  downtime: {
    en: "The case system is down: references are noted, not looked up.",
    cy: "Mae'r system achosion i lawr: nodir cyfeirnodau, ni chânt eu gwirio.",
  },
});
