import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask, type Schemas } from "../../api/client";
import { attempt } from "../notices";

type Outcomes = Schemas["Outcomes"];
type Brand = Schemas["Activity"]["brand"];

/** The fixed lists, by brand: read once, they never change while the service runs (R-ACT-1, R-NI-1). */
const known = signal<ReadonlyMap<Brand, Outcomes>>(new Map());

/** The outcomes in a brand's words; null until the service has said them. */
export function useOutcomes(brand: Brand): Outcomes | null {
  const outcomes = known.value.get(brand) ?? null;
  useEffect(() => {
    if (known.peek().has(brand)) return;
    void attempt("outcomes", async () => {
      const told = await ask("get", "/api/outcomes", { query: { brand } });
      known.value = new Map(known.peek()).set(brand, told);
    });
  }, [brand]);
  return outcomes;
}
