import { texts } from "./words";

/** What every page says. */
export const shared = texts({
  helpline: { en: "Helpline", cy: "Llinell gymorth" },
  logIn: { en: "Log in", cy: "Mewngofnodi" },
  logOut: { en: "Log out", cy: "Allgofnodi" },
  staffNumber: { en: "Staff number", cy: "Rhif staff" },
  password: { en: "Password", cy: "Cyfrinair" },
  otherLanguage: { en: "Cymraeg", cy: "English" },
  connecting: { en: "Connecting …", cy: "Yn cysylltu …" },
  connectionLost: {
    en: "The connection to the service is lost. Calls go on; nothing can be asked until it is back. It comes back by itself.",
    cy: "Mae'r cysylltiad â'r gwasanaeth wedi'i golli. Mae galwadau'n parhau; ni ellir gofyn am ddim nes iddo ddychwelyd. Daw'n ôl ar ei ben ei hun.",
  },
  notConnected: {
    en: "Not while the connection to the service is lost.",
    cy: "Nid tra bo'r cysylltiad â'r gwasanaeth wedi'i golli.",
  },
  unreachable: {
    en: "The service did not answer. Nothing has changed. Try again in a moment.",
    cy: "Ni atebodd y gwasanaeth. Nid oes dim wedi newid. Rhowch gynnig arall arni mewn munud.",
  },
});
