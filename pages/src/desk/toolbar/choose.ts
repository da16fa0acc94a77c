import { ask, type Schemas } from "../../api/client";
import { attempt } from "../notices";

export type Code = Schemas["AskNotReady"]["code"];

export function chooseAvailable(): Promise<boolean> {
  return attempt("state", () => ask("put", "/api/agents/me/state", { body: { state: "available" } }));
}

export function chooseCode(code: string): Promise<boolean> {
  return attempt("state", () =>
    ask("put", "/api/agents/me/state", { body: { state: "not_ready", code: code as Code } }),
  );
}
