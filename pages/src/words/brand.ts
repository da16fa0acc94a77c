import type { Schemas } from "../api/client";
import { language, say, type Text, texts } from "./words";

/** Whose words (R-NI). A record's brand goes before the line's; both come from the service. */
export type Brand = Schemas["ScreenPop"]["brand"];

/** The words that change with the brand; any text may have them as gaps of the same names. */
const WORDS = {
  cmg: texts({
    organisation: { en: "CMG", cy: "CMG" },
    department: { en: "DWP", cy: "DWP" },
    options: { en: "Options", cy: "Opsiynau" },
    cm_options: { en: "CM Options", cy: "CM Options" },
  }),
  nicms: texts({
    organisation: { en: "NICMS", cy: "NICMS" },
    department: { en: "DSD", cy: "DSD" },
    options: { en: "Choices (NI)", cy: "Choices (NI)" },
    cm_options: { en: "Choices (NI)", cy: "Choices (NI)" },
  }),
};

/** Fills a text's brand words; other gaps as `say` does. */
export function sayFor(brand: Brand, text: Text, gaps: Readonly<Record<string, string | number>> = {}): string {
  const words = Object.entries(WORDS[brand]);
  return say(text, { ...Object.fromEntries(words.map(([gap, word]) => [gap, word[language.value]])), ...gaps });
}

/** The tag beside what is not the usual brand's; "" for the usual. */
export function brandTag(brand: Brand): string {
  return brand === "nicms" ? say(WORDS.nicms.organisation) : "";
}
