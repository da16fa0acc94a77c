import { texts } from "../../words/words";

export const requests = texts({
  ofRecord: { en: "Service requests: {count} open", cy: "Ceisiadau gwasanaeth: {count} ar agor" },
  mine: {
    en: "Service requests: {mine} mine, {team} with my team",
    cy: "Ceisiadau gwasanaeth: {mine} i mi, {team} gyda'm tîm",
  },
  none: { en: "None.", cy: "Dim." },
  more: { en: "{count} more", cy: "{count} arall" },
  myOwn: { en: "Mine", cy: "I mi" },
  myTeam: { en: "For my team to take", cy: "I'm tîm eu cymryd" },
  status: { en: "Status", cy: "Statws" },
  pending_assignment: { en: "pending assignment", cy: "yn aros am ei neilltuo" },
  in_progress: { en: "in progress", cy: "ar y gweill" },
  closed: { en: "closed", cy: "wedi'i gau" },
  callBack: { en: "call back", cy: "galwad yn ôl" },
  owner: { en: "owner {who}", cy: "perchennog {who}" },
  ownerYou: { en: "owner you", cy: "chi yw'r perchennog" },
  team: { en: "team {team}", cy: "tîm {team}" },
  take: { en: "Take", cy: "Cymryd" },
  takeName: { en: "Take {what}", cy: "Cymryd {what}" },
  close: { en: "Close", cy: "Cau" },
  closeName: { en: "Close {what}", cy: "Cau {what}" },
  give: { en: "Give to …", cy: "Rhoi i …" },
  giveName: { en: "Give {what} to somebody", cy: "Rhoi {what} i rywun" },
  giveTo: { en: "Staff number", cy: "Rhif staff" },
  giveNow: { en: "Give", cy: "Rhoi" },
  toWhom: { en: "Enter a staff number first.", cy: "Rhowch rif staff yn gyntaf." },
  open: { en: "Open {name}", cy: "Agor {name}" },
  ask: { en: "New service request", cy: "Cais gwasanaeth newydd" },
  service: { en: "The employer asks for", cy: "Mae'r cyflogwr yn gofyn am" },
  choose: { en: "Choose a service", cy: "Dewiswch wasanaeth" },
  chooseFirst: { en: "Choose what the employer asks for first.", cy: "Dewiswch yn gyntaf yr hyn a ofynnir amdano." },
  details: { en: "Details", cy: "Manylion" },
  send: { en: "Send to its team", cy: "Anfon i'w dîm" },
  made: { en: "The service request is with {team}.", cy: "Mae'r cais gwasanaeth gyda {team}." },
});

/** What is asked for, in short. */
export const services = texts({
  general_enquiry: { en: "General enquiry", cy: "Ymholiad cyffredinol" },
  failed_security_check: { en: "Failed security check", cy: "Methu gwiriad diogelwch" },
  self_service_it: { en: "Self service or IT", cy: "Hunanwasanaeth neu TG" },
  employer_details: { en: "Employer's details", cy: "Manylion y cyflogwr" },
  employer_agent_link: {
    en: "Link or remove an employer agent",
    cy: "Cysylltu neu dynnu asiant cyflogwr",
  },
  deo_schedule: {
    en: "Deduction from earnings order schedule (CMSL8100)",
    cy: "Amserlen gorchymyn didynnu o enillion (CMSL8100)",
  },
  paying_parent_details: {
    en: "Changes of a paying parent's details (CMSL8201)",
    cy: "Newidiadau i fanylion rhiant sy'n talu (CMSL8201)",
  },
  complaint: { en: "Complaint", cy: "Cwyn" },
  one_off_payment: { en: "One-off payment", cy: "Taliad untro" },
});

/** Processes and areas, as people read them. */
export const parts = texts({
  Employer: { en: "Employer", cy: "Cyflogwr" },
  "Service Requested": { en: "Service requested", cy: "Gwasanaeth y gofynnwyd amdano" },
  "Info Provided": { en: "Info provided", cy: "Gwybodaeth a roddwyd" },
  "Manage inbound call": { en: "Manage inbound call", cy: "Rheoli galwad i mewn" },
  "General enquiry": { en: "General enquiry", cy: "Ymholiad cyffredinol" },
});
