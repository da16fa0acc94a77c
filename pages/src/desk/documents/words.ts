import type { Schemas } from "../../api/client";
import { texts } from "../../words/words";

export type Form = Schemas["Form"];
export type Status = Schemas["DocumentStatus"];

/** What each form is, beside its name. */
export const forms = texts<Form>({
  CMSL8300: { en: "Failed security check, to the employer", cy: "Methu gwiriad diogelwch, at y cyflogwr" },
  CMSL0077: { en: "Pay the application fee", cy: "Talu'r ffi ymgeisio" },
  CMSL0080: { en: "How to pay the application fee", cy: "Sut i dalu'r ffi ymgeisio" },
  CMSF5550: { en: "Bogus caller report", cy: "Adroddiad am alwr ffug" },
  "CMSF5550(NI)": { en: "Bogus caller report (Northern Ireland)", cy: "Adroddiad am alwr ffug (Gogledd Iwerddon)" },
});

export const statuses = texts<Status>({
  draft: { en: "Draft", cy: "Drafft" },
  issued: { en: "Issued", cy: "Wedi'i gyhoeddi" },
  cancelled: { en: "Cancelled", cy: "Wedi'i ganslo" },
  sent: { en: "Sent", cy: "Wedi'i anfon" },
});

export const words = texts({
  title: { en: "Letters and forms: {count}", cy: "Llythyrau a ffurflenni: {count}" },
  none: { en: "None.", cy: "Dim." },
  open: { en: "Open", cy: "Agor" },
  openName: { en: "Open {form}", cy: "Agor {form}" },
  by: { en: "{when}, {who}", cy: "{when}, {who}" },
  service: { en: "the service", cy: "y gwasanaeth" },
  goes: { en: "goes {when}", cy: "yn mynd {when}" },
  language: { en: "Language", cy: "Iaith" },
  en: { en: "English", cy: "Saesneg" },
  cy: { en: "Welsh", cy: "Cymraeg" },
  largePrint: { en: "Large print", cy: "Print bras" },
  optional: { en: "if known", cy: "os yw'n hysbys" },
  needed: { en: "Needed before it can be issued.", cy: "Ei angen cyn y gellir ei gyhoeddi." },
  save: { en: "Save draft", cy: "Cadw'r drafft" },
  saved: { en: "Saved.", cy: "Wedi'i gadw." },
  print: { en: "Look at the PDF", cy: "Edrych ar y PDF" },
  newTab: { en: "(opens in a new tab)", cy: "(yn agor mewn tab newydd)" },
  issue: { en: "Save and issue", cy: "Cadw a chyhoeddi" },
  cancel: { en: "Cancel this document", cy: "Canslo'r ddogfen hon" },
  confirmCancel: { en: "Yes, cancel it", cy: "Ie, ei chanslo" },
  keep: { en: "Keep it", cy: "Ei chadw" },
  reallyCancel: { en: "A cancelled document is not sent.", cy: "Ni chaiff dogfen a ganslwyd ei hanfon." },
  issuedWords: {
    en: "by {who}. It goes with the batch at {when}; until then it can be cancelled.",
    cy: "gan {who}. Mae'n mynd gyda'r swp am {when}; gellir ei chanslo tan hynny.",
  },
  sentWords: { en: "{when}, with the day's batch", cy: "{when}, gyda swp y dydd" },
  notFilledIn: { en: "not filled in", cy: "heb ei lenwi" },
});
