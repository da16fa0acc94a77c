import { signal } from "@preact/signals";
import { ask, type Schemas } from "../../api/client";
import { say } from "../../words/words";
import { attempt, notice } from "../notices";
import { call } from "../state";
import { londonInstant } from "../work/london";
import { closeApplication, type Prefill } from "./open";
import { words } from "./words";

type Body = Schemas["RaiseApplicationBody"];

/** What is written in the form; `at` is London's clock, as a date and time are typed. */
export interface Written {
  fullName: string;
  address: string;
  bornOn: string;
  number: string;
  anyTime: boolean;
  at: string;
  reason: string;
  about: string;
  details: string;
  template: string;
  fields: Readonly<Record<string, string>>;
  brand: "cmg" | "nicms";
  language: "en" | "cy";
}

/** The form as it stands; kept while it is closed, so that nothing half-typed is lost. Null: nothing is written. */
export const written = signal<Written | null>(null);

/** What is known of the caller, under what whoever opens the form knows better. */
export function begun(prefill: Prefill): Written {
  const pop = call.value?.pop;
  const applies = pop?.kind === "new_application" || pop?.menu_choice === "2";
  return {
    fullName: prefill.fullName ?? "",
    address: "",
    bornOn: "",
    number: prefill.contactNumber ?? pop?.caller_number ?? "",
    anyTime: true,
    at: "",
    reason: prefill.reason ?? (applies ? "new_application" : ""),
    about: "",
    details: "",
    template: "",
    fields: {},
    brand: prefill.brand ?? (pop?.brand === "nicms" ? "nicms" : "cmg"),
    language: pop?.language === "cy" ? "cy" : "en",
  };
}

/** What is missing before it can be saved, in words; null: nothing. */
export function missing(now: Written, inDowntime: boolean): string | null {
  if (now.fullName.trim() === "") return say(words.nameFirst);
  if (now.address.trim() === "") return say(words.addressFirst);
  if (now.number.trim() === "") return say(words.numberFirst);
  if (!now.anyTime && now.at === "") return say(words.timeFirst);
  if (now.reason === "") return say(words.reasonFirst);
  if (now.reason === "existing_case" && now.about === "") return say(words.aboutFirst);
  return inDowntime && now.template === "" ? say(words.templateFirst) : null;
}

/** Save it; the form is empty and closed then. */
export async function save(now: Written): Promise<void> {
  await attempt("application", async () => {
    await ask("post", "/api/applications", { body: bodyOf(now) });
    written.value = null;
    closeApplication();
    notice("application.saved", () => say(words.saved));
  });
}

function bodyOf(now: Written): Body {
  const offline = now.template !== "";
  return {
    full_name: now.fullName.trim(),
    address: now.address.trim(),
    born_on: now.bornOn === "" ? null : now.bornOn,
    contact_number: now.number.trim(),
    details: now.details.trim(),
    reason: now.reason as Body["reason"],
    about: now.reason === "existing_case" ? (now.about as NonNullable<Body["about"]>) : null,
    wanted_at: now.anyTime ? null : londonInstant(now.at),
    brand: now.brand,
    language: now.language,
    template: offline ? (now.template as NonNullable<Body["template"]>) : null,
    fields: offline ? now.fields : {},
  };
}
