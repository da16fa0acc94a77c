import { say, type Text, texts } from "../../words/words";

/** Words for the values the service gives. */
export const states = texts({
  logged_out: { en: "Logged out", cy: "Wedi allgofnodi" },
  not_ready: { en: "Not Ready", cy: "Ddim yn barod" },
  available: { en: "Available", cy: "Ar gael" },
  reserved: { en: "Call ringing", cy: "Galwad yn canu" },
  on_call: { en: "On call", cy: "Ar alwad" },
  on_hold: { en: "On hold", cy: "Wedi'i dal" },
  after_call_work: { en: "After call work", cy: "Gwaith ar ôl galwad" },
});

export const codes = texts({
  Break: { en: "Break", cy: "Egwyl" },
  Coaching: { en: "Coaching", cy: "Hyfforddi personol" },
  Communications: { en: "Communications", cy: "Cyfathrebu" },
  "Customer Related Clerical Work": {
    en: "Customer Related Clerical Work",
    cy: "Gwaith clerigol yn ymwneud â chwsmer",
  },
  "Emotional Break": { en: "Emotional Break", cy: "Egwyl emosiynol" },
  Lunch: { en: "Lunch", cy: "Cinio" },
  "Non Customer Related Work": { en: "Non Customer Related Work", cy: "Gwaith nad yw'n ymwneud â chwsmer" },
  "Outbound Call Preparation": { en: "Outbound Call Preparation", cy: "Paratoi galwad allan" },
  "Team Leader": { en: "Team Leader", cy: "Arweinydd tîm" },
  Training: { en: "Training", cy: "Hyfforddiant" },
  "Redirect on no answer": { en: "Redirect on no answer", cy: "Ailgyfeirio am nad atebwyd" },
  "Phone unreachable": { en: "Phone unreachable", cy: "Ni ellir cyrraedd y ffôn" },
  "Node lost": { en: "Node lost", cy: "Collwyd y gweinydd" },
});

export const kinds = texts({
  existing_case: { en: "existing case", cy: "achos presennol" },
  date_of_birth_failed: { en: "existing case, child not told apart", cy: "achos presennol, plentyn heb ei adnabod" },
  new_application: { en: "new application", cy: "cais newydd" },
  third_party: { en: "third party", cy: "trydydd parti" },
  general: { en: "general enquiry", cy: "ymholiad cyffredinol" },
  welsh: { en: "Welsh call", cy: "galwad Gymraeg" },
  employer: { en: "employer", cy: "cyflogwr" },
  outbound: { en: "outbound", cy: "galwad allan" },
  direct: { en: "direct call", cy: "galwad uniongyrchol" },
});

export const choices = texts({
  "1": { en: "1, existing case or letter", cy: "1, achos presennol neu lythyr" },
  "2": { en: "2, new application", cy: "2, cais newydd" },
  "3": { en: "3, third party", cy: "3, trydydd parti" },
  "4": { en: "4, Welsh", cy: "4, Cymraeg" },
});

export const languages = texts({
  en: { en: "English", cy: "Saesneg" },
  cy: { en: "Welsh", cy: "Cymraeg" },
});

export const recordKinds = texts({
  client: { en: "client", cy: "cleient" },
  representative: { en: "representative", cy: "cynrychiolydd" },
  employer: { en: "employer", cy: "cyflogwr" },
  employer_agent: { en: "employer agent", cy: "asiant cyflogwr" },
});

export const keyedWhat = texts({
  scin: { en: "SCIN", cy: "SCIN" },
  date_of_birth: { en: "Date of birth", cy: "Dyddiad geni" },
  ern: { en: "ERN or EARN", cy: "ERN neu EARN" },
  earn: { en: "EARN", cy: "EARN" },
  trn: { en: "TRN", cy: "TRN" },
  reference: { en: "Reference", cy: "Cyfeirnod" },
});

export const keyedHow = texts({
  recognised: { en: "recognised", cy: "wedi'i adnabod" },
  invalid: { en: "not on record", cy: "ddim ar gofnod" },
  incomplete: { en: "incomplete", cy: "anghyflawn" },
  none: { en: "nothing keyed", cy: "dim wedi'i wasgu" },
  ambiguous: { en: "fits several cases", cy: "yn gweddu i sawl achos" },
  noted: { en: "noted, not looked up", cy: "wedi'i nodi, heb ei wirio" },
  slow: {
    en: "not looked up: the record system took too long",
    cy: "heb ei wirio: cymerodd y system gofnodion ormod o amser",
  },
  down: {
    en: "not looked up: the record system does not answer",
    cy: "heb ei wirio: nid yw'r system gofnodion yn ateb",
  },
  unclear: {
    en: "not looked up: the record system's answer cannot be read",
    cy: "heb ei wirio: ni ellir darllen ateb y system gofnodion",
  },
});

export const offers = texts({
  ringing: { en: "ringing", cy: "yn canu" },
  answered: { en: "answered", cy: "wedi'i hateb" },
  no_answer: { en: "no answer", cy: "dim ateb" },
  busy: { en: "busy", cy: "prysur" },
  rejected: { en: "refused", cy: "gwrthodwyd" },
  unreachable: { en: "phone unreachable", cy: "ni ellid cyrraedd y ffôn" },
  caller_gone: { en: "caller gone", cy: "galwr wedi mynd" },
  withdrawn: { en: "withdrawn", cy: "tynnwyd yn ôl" },
  cancelled: { en: "cancelled", cy: "canslwyd" },
  queued: { en: "waits there", cy: "yn aros yno" },
});

export const caseRoles = texts({
  rp: { en: "receiving parent", cy: "rhiant sy'n derbyn" },
  pp: { en: "paying parent", cy: "rhiant sy'n talu" },
});

export const partyRoles = texts({
  consulted: { en: "consulted", cy: "ymgynghorwyd" },
  interpreter: { en: "interpreter", cy: "cyfieithydd ar y pryd" },
  listening: { en: "team leader, listening", cy: "arweinydd tîm, yn gwrando" },
  whispering: { en: "team leader, heard by you alone", cy: "arweinydd tîm, dim ond chi sy'n clywed" },
  joined: { en: "team leader, in the call", cy: "arweinydd tîm, yn yr alwad" },
});

export const partyStates = texts({
  ringing: { en: "ringing", cy: "yn canu" },
  talking: { en: "talking", cy: "yn siarad" },
  held: { en: "on hold", cy: "wedi'i dal" },
});

export const suppressionReasons = texts({
  opted_out: { en: "opted out", cy: "wedi optio allan" },
  client_died: { en: "client has died", cy: "cleient wedi marw" },
  qualifying_child_died: { en: "qualifying child has died", cy: "plentyn cymwys wedi marw" },
  relevant_other_child_died: { en: "relevant other child has died", cy: "plentyn perthnasol arall wedi marw" },
  other_exceptional_reason: { en: "other exceptional reason", cy: "rheswm eithriadol arall" },
});

export const securityResults = texts({
  passed: { en: "passed", cy: "wedi pasio" },
  failed: { en: "failed", cy: "wedi methu" },
  not_done: { en: "not yet checked", cy: "heb ei wirio eto" },
});

export const callBackResults = texts({
  done: { en: "Done", cy: "Wedi'i wneud" },
  unsuccessful: { en: "Unsuccessful", cy: "Aflwyddiannus" },
  cancelled: { en: "Cancelled", cy: "Canslwyd" },
  not_required: { en: "Not required", cy: "Dim angen" },
  suppressed: { en: "Suppressed", cy: "Wedi'i atal" },
  send_for_translation: { en: "Send for translation", cy: "Anfon i'w gyfieithu" },
});

export const purposes = texts({
  change_of_liability: { en: "Change of liability or schedule", cy: "Newid i atebolrwydd neu amserlen" },
  gathering_information: { en: "Gathering information", cy: "Casglu gwybodaeth" },
  complaint: { en: "Complaint", cy: "Cwyn" },
  change_of_service_type: { en: "Change of service type", cy: "Newid math o wasanaeth" },
  annual_review_decision: { en: "Annual review after a decision", cy: "Adolygiad blynyddol ar ôl penderfyniad" },
  direct_payments: { en: "Direct non-scheme payments", cy: "Taliadau uniongyrchol y tu allan i'r cynllun" },
  call_back: { en: "Call back", cy: "Galwad yn ôl" },
  change_of_details: {
    en: "Change of name, address or benefit type",
    cy: "Newid enw, cyfeiriad neu fath o fudd-dal",
  },
  change_rejected: {
    en: "Change rejected for want of information from the applicant",
    cy: "Newid wedi'i wrthod oherwydd diffyg gwybodaeth gan yr ymgeisydd",
  },
  deo_imposed: {
    en: "Deduction from earnings order imposed for non-compliance (paying parent)",
    cy: "Gorchymyn didynnu o enillion wedi'i osod am beidio â chydymffurfio (rhiant sy'n talu)",
  },
  annual_review_automated: {
    en: "Annual review that an automated service request sent to a caseworker",
    cy: "Adolygiad blynyddol a anfonwyd at weithiwr achos gan gais gwasanaeth awtomataidd",
  },
});

/** The words of a value; a value that has none yet is shown as it is. */
export function named(table: Readonly<Record<string, Text>>, value: string | null | undefined): string {
  if (value === null || value === undefined) return "";
  const text = table[value];
  return text === undefined ? value : say(text);
}
