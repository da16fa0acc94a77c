import { signal } from "@preact/signals";

/** English or Welsh; whoever sits here chooses, and the browser keeps it. */
export type Language = "en" | "cy";

const KEPT_AS = "helpline.language";

export const language = signal<Language>(localStorage.getItem(KEPT_AS) === "cy" ? "cy" : "en");

/** Speak the other language from now on, on this page and the next. */
export function speak(chosen: Language): void {
  language.value = chosen;
  localStorage.setItem(KEPT_AS, chosen);
  document.documentElement.lang = chosen;
}
document.documentElement.lang = language.value;

/** One text in both languages; `{name}` is filled in. */
export type Text = { readonly en: string; readonly cy: string };

/** A page's texts. Each has both languages, or it does not compile. */
export function texts<Key extends string>(table: Record<Key, Text>): Record<Key, Text> {
  return table;
}

/** The text in the language chosen now, with its gaps filled. */
export function say(text: Text, gaps: Readonly<Record<string, string | number>> = {}): string {
  return text[language.value].replace(/\{(\w+)\}/g, (whole, name: string) => String(gaps[name] ?? whole));
}
