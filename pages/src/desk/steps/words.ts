import { texts } from "../../words/words";

export const steps = texts({
  title: { en: "Next best step", cy: "Y cam gorau nesaf" },
  resolve: { en: "Resolve the query.", cy: "Datryswch yr ymholiad." },
  elseTransfer: { en: "Else transfer warmly.", cy: "Fel arall, trosglwyddwch ar ôl siarad." },
  transfer: { en: "Transfer warmly to {to}.", cy: "Trosglwyddwch i {to} ar ôl siarad." },
  elseTransferTo: { en: "Else transfer warmly to {to}.", cy: "Fel arall, trosglwyddwch i {to} ar ôl siarad." },
  available: { en: "Somebody is available.", cy: "Mae rhywun ar gael." },
  nobody: { en: "Nobody is available now.", cy: "Nid oes neb ar gael nawr." },
  callBack: { en: "Else agree a time for a call back.", cy: "Fel arall, cytunwch ar amser i ffonio'n ôl." },
  application: {
    en: "Else take down whom to call back: they have no record.",
    cy: "Fel arall, nodwch bwy i'w ffonio'n ôl: nid oes cofnod ganddynt.",
  },
  request: {
    en: "Else raise a service request with the owner.",
    cy: "Fel arall, codwch gais am wasanaeth gyda'r perchennog.",
  },
  now: { en: "Now", cy: "Nawr" },
  doTransfer: { en: "Transfer", cy: "Trosglwyddo" },
  doCallBack: { en: "Call back", cy: "Galwad yn ôl" },
  doApplication: { en: "Open the form", cy: "Agor y ffurflen" },
});
