import { ask } from "../../api/client";
import { say } from "../../words/words";
import { attempt, notice } from "../notices";
import { words } from "./words";

/** One press: the attempt begins, the own phone rings, then the number of the form (R-CB-10). */
export async function callApplicant(id: string): Promise<void> {
  const path = { application_id: id };
  await attempt("application", async () => {
    await ask("post", "/api/applications/{application_id}/call", { path });
    notice("application.calls", () => say(words.calls));
  });
}
