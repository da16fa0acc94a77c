import { texts } from "../../words/words";

export const security = texts({
  title: { en: "Security", cy: "Diogelwch" },
  by: { en: "{result}, {who} {time}", cy: "{result}, {who} {time}" },
  start: { en: "Start check", cy: "Dechrau gwiriad" },
  again: { en: "Check again", cy: "Gwirio eto" },
  ofWhom: { en: "Check of {name}, {reference}", cy: "Gwirio {name}, {reference}" },
  forEmployer: { en: "on behalf of {name}", cy: "ar ran {name}" },
  onBehalf: { en: "On behalf of", cy: "Ar ran" },
  chooseEmployer: { en: "Choose an employer", cy: "Dewiswch gyflogwr" },
  recordFirst: {
    en: "Open the caller's record first: search for it.",
    cy: "Agorwch gofnod y galwr yn gyntaf: chwiliwch amdano.",
  },
  talkFirst: { en: "A check is made while you talk.", cy: "Gwneir gwiriad tra byddwch yn siarad." },
  notSetUp: {
    en: "First contact: no PIN, password and answers are set up yet.",
    cy: "Cyswllt cyntaf: nid oes PIN, cyfrinair nac atebion wedi'u sefydlu eto.",
  },
  keyMissing: {
    en: "The PIN was set up under a key that is not here any more. Set it up anew.",
    cy: "Sefydlwyd y PIN o dan allwedd nad yw yma mwyach. Sefydlwch ef o'r newydd.",
  },
  accountThin: {
    en: "The account says too little to ask three questions.",
    cy: "Nid yw'r cyfrif yn dweud digon i ofyn tri chwestiwn.",
  },
  noEmployers: {
    en: "This employer agent acts for nobody on record.",
    cy: "Nid yw'r asiant cyflogwr hwn yn gweithredu dros neb ar gofnod.",
  },
  silent: { en: "The recording is silent meanwhile.", cy: "Mae'r recordiad yn dawel yn y cyfamser." },
  password: { en: "Password", cy: "Cyfrinair" },
  judge: { en: "Check answers", cy: "Gwirio'r atebion" },
  stop: { en: "Stop the check", cy: "Rhoi'r gorau i'r gwiriad" },
  markAll: { en: "Mark each answer first.", cy: "Marciwch bob ateb yn gyntaf." },
  right: { en: "Right", cy: "Cywir" },
  wrong: { en: "Wrong", cy: "Anghywir" },
  account: { en: "Account: {value}", cy: "Cyfrif: {value}" },
  twoMore: {
    en: "Something was wrong. Two more questions: both must be right.",
    cy: "Roedd rhywbeth yn anghywir. Dau gwestiwn arall: rhaid i'r ddau fod yn gywir.",
  },
  cannot: { en: "Cannot identify themselves: to GICH", cy: "Ni all brofi pwy ydyw: i GICH" },
  hasPassed: { en: "The caller has passed the check.", cy: "Mae'r galwr wedi pasio'r gwiriad." },
  hasFailed: {
    en: "The caller has failed the check. Failed in a row: {count}. Say nothing about the case.",
    cy: "Mae'r galwr wedi methu'r gwiriad. Methiannau yn olynol: {count}. Peidiwch â dweud dim am yr achos.",
  },
  formMade: {
    en: "The report of a bogus caller is filled in. Look through it and issue it.",
    cy: "Mae'r adroddiad am alwr ffug wedi'i lenwi. Edrychwch drwyddo a'i gyhoeddi.",
  },
  openForm: { en: "Open the report", cy: "Agor yr adroddiad" },
  abandoned: { en: "The last check ended without a result.", cy: "Daeth y gwiriad diwethaf i ben heb ganlyniad." },
  unidentified: {
    en: "The caller could not identify themselves. That is no failed check.",
    cy: "Ni allai'r galwr brofi pwy ydoedd. Nid yw hynny'n wiriad a fethwyd.",
  },
  notBelieved: { en: "Not who they say: report", cy: "Nid y sawl a ddywed: adrodd" },
  reportHint: {
    en: "A priority report goes to the Security Advice and Support Centre, and the call ends.",
    cy: "Mae adroddiad â blaenoriaeth yn mynd i'r Ganolfan Cyngor a Chymorth Diogelwch, a daw'r alwad i ben.",
  },
  reportNotes: { en: "Why they are not believed", cy: "Pam nad ydynt yn cael eu credu" },
  report: { en: "Report and end the call", cy: "Adrodd a dod â'r alwad i ben" },
  reported: { en: "The report is on its way.", cy: "Mae'r adroddiad ar ei ffordd." },
  sayFailed: {
    en: "Say: “I am sorry, you have not passed our security check, so I cannot go on with this call. We will write to the company.”",
    cy: "Dywedwch: “Mae'n ddrwg gennyf, nid ydych wedi pasio ein gwiriad diogelwch, felly ni allaf barhau â'r alwad hon. Byddwn yn ysgrifennu at y cwmni.”",
  },
  letterMade: {
    en: "Letter CMSL8300 is ready to be reviewed. Issuing it closes the service request.",
    cy: "Mae llythyr CMSL8300 yn barod i'w adolygu. Mae ei gyhoeddi yn cau'r cais gwasanaeth.",
  },
  openLetter: { en: "Review the letter", cy: "Adolygu'r llythyr" },
  endCall: { en: "End the call", cy: "Dod â'r alwad i ben" },
  confirmHint: {
    en: "No check on a call to an employer. Confirm the organisation, and that you are through to its payroll department.",
    cy: "Dim gwiriad ar alwad at gyflogwr. Cadarnhewch y sefydliad, a'ch bod wedi cyrraedd ei adran gyflogau.",
  },
  confirm: { en: "Both confirmed", cy: "Cadarnhawyd y ddau" },
  setUp: { en: "PIN and password", cy: "PIN a chyfrinair" },
  setUpNot: { en: "not set up", cy: "heb eu sefydlu" },
  setUpAt: { en: "set up {day}", cy: "sefydlwyd {day}" },
  setUpBy: { en: "set up {day}, {who}", cy: "sefydlwyd {day}, {who}" },
  setUpHint: {
    en: "Pause the recording: the caller says them aloud. Nobody can read them afterwards.",
    cy: "Oedwch y recordiad: mae'r galwr yn eu dweud yn uchel. Ni all neb eu darllen wedyn.",
  },
  pin: { en: "PIN, seven digits", cy: "PIN, saith digid" },
  passwordHint: {
    en: "Six letters or more. Capitals and spaces do not count.",
    cy: "Chwe llythyren neu fwy. Nid yw priflythrennau na bylchau yn cyfrif.",
  },
  answersHint: {
    en: "A word or two each, as it will be said: capitals, accents and signs do not count.",
    cy: "Gair neu ddau yr un, fel y caiff ei ddweud: nid yw priflythrennau, acenion nac arwyddion yn cyfrif.",
  },
  fillAll: { en: "Fill in everything first.", cy: "Llenwch bopeth yn gyntaf." },
  keep: { en: "Set up", cy: "Sefydlu" },
  keptNow: { en: "PIN, password and answers are set up.", cy: "Mae PIN, cyfrinair ac atebion wedi'u sefydlu." },
});

/** The place of a PIN's digit, from the first. */
const PLACES = texts({
  p1: { en: "1st digit", cy: "Digid 1af" },
  p2: { en: "2nd digit", cy: "2il ddigid" },
  p3: { en: "3rd digit", cy: "3ydd digid" },
  p4: { en: "4th digit", cy: "4ydd digid" },
  p5: { en: "5th digit", cy: "5ed digid" },
  p6: { en: "6th digit", cy: "6ed digid" },
  p7: { en: "7th digit", cy: "7fed digid" },
});

export function place(position: number) {
  return PLACES[`p${position}` as keyof typeof PLACES];
}
