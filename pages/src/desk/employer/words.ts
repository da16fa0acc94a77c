import { texts } from "../../words/words";

export const employer = texts({
  update: { en: "Update employer's details", cy: "Diweddaru manylion y cyflogwr" },
  name: { en: "Name", cy: "Enw" },
  paye_reference: { en: "PAYE reference", cy: "Cyfeirnod TWE" },
  phone: { en: "Main telephone", cy: "Prif ffôn" },
  address_line: { en: "First line of address", cy: "Llinell gyntaf y cyfeiriad" },
  postcode: { en: "Post code", cy: "Cod post" },
  email: { en: "E-mail", cy: "E-bost" },
  save: { en: "Save details", cy: "Cadw manylion" },
  nothing: { en: "Nothing is changed yet.", cy: "Nid oes dim wedi'i newid eto." },
  nameFirst: { en: "An employer has a name.", cy: "Mae gan gyflogwr enw." },
  saved: { en: "The employer's details are saved.", cy: "Mae manylion y cyflogwr wedi'u cadw." },
  confirm: { en: "Confirm link", cy: "Cadarnhau cyswllt" },
  confirmName: {
    en: "Confirm with the caller that they act for {name}",
    cy: "Cadarnhau gyda'r galwr ei fod yn gweithredu dros {name}",
  },
  confirmed: { en: "confirmed, {who} {time}", cy: "cadarnhawyd, {who} {time}" },
});
