import { texts } from "../../words/words";

export const steps = texts({
  title: { en: "Next best step", cy: "Y cam gorau nesaf" },
  resolve: { en: "Resolve the query.", cy: "Datryswch yr ymholiad." },
  transfer: { en: "Transfer warmly.", cy: "Trosglwyddwch ar ôl siarad." },
  transferTo: { en: "Transfer warmly to {to}.", cy: "Trosglwyddwch i {to} ar ôl siarad." },
  available: { en: "Somebody is available.", cy: "Mae rhywun ar gael." },
  nobody: { en: "Nobody is available now.", cy: "Nid oes neb ar gael nawr." },
  callBack: { en: "Agree a time for a call back.", cy: "Cytunwch ar amser i ffonio'n ôl." },
  application: {
    en: "Take down whom to call back: they have no record.",
    cy: "Nodwch bwy i'w ffonio'n ôl: nid oes cofnod ganddynt.",
  },
  request: { en: "Raise a service request.", cy: "Codwch gais am wasanaeth." },
  now: { en: "Now", cy: "Nawr" },
  doTransfer: { en: "Transfer", cy: "Trosglwyddo" },
  doCallBack: { en: "Call back", cy: "Galwad yn ôl" },
  doApplication: { en: "Open the form", cy: "Agor y ffurflen" },
});
