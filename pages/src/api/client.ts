import type { components, paths } from "./schema";

/** The service's own types, made from its OpenAPI document. */
export type Schemas = components["schemas"];

/** What the service said no with; its words are for a person. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly errorId: string,
    message: string,
  ) {
    super(message);
  }
}

/** The service could not be reached, or did not answer in time. */
export class Unreachable extends Error {}

type Verb = "get" | "post" | "put" | "patch" | "delete";
type With<V extends Verb> = { [P in keyof paths]: paths[P][V] extends { responses: unknown } ? P : never }[keyof paths];
type Operation<P extends keyof paths, V extends Verb> = NonNullable<paths[P][V]>;
type Body<O> = O extends { requestBody?: { content: { "application/json": infer B } } } ? B : undefined;
type Parameters<O> = O extends { parameters: { path: infer P } } ? { [N in keyof P]: P[N] | number } : undefined;
type Query<O> = O extends { parameters: { query?: infer Q } } ? Q : undefined;
type Content<R> = R extends { content: { "application/json": infer C } } ? C : null;
type Answers<O> = O extends { responses: infer R } ? R : never;
type Answer<O> = Content<Extract<Answers<O>[Extract<keyof Answers<O>, 200 | 201 | 202 | 204>], object>>;

/** The longest wait for any answer. */
export const ANSWER_WITHIN_MS = 10_000;

/**
 * Ask the service. The cookie goes along by itself.
 * Throws Refused with the service's own words, or Unreachable.
 */
export async function ask<V extends Verb, P extends With<V>>(
  verb: V,
  path: P,
  asked: {
    path?: Parameters<Operation<P, V>>;
    query?: Query<Operation<P, V>>;
    body?: Body<Operation<P, V>>;
  } = {},
): Promise<Answer<Operation<P, V>>> {
  const answer = await send(verb, filled(path as string, asked.path) + queried(asked.query), asked.body);
  if (answer.status === 204) return null as Answer<Operation<P, V>>;
  const content = await answer.json().catch(() => null);
  if (answer.ok) return content as Answer<Operation<P, V>>;
  const problem = content as Schemas["Problem"] | null;
  throw new Refused(answer.status, problem?.error_id ?? "unknown", problem?.message ?? answer.statusText);
}

async function send(verb: Verb, address: string, body: unknown): Promise<Response> {
  try {
    return await fetch(address, {
      method: verb.toUpperCase(),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  } catch (error) {
    throw new Unreachable(String(error));
  }
}

function filled(path: string, values: unknown): string {
  const given = (values ?? {}) as Record<string, string | number>;
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(given[name])));
}

function queried(values: unknown): string {
  const given = Object.entries((values ?? {}) as Record<string, unknown>).filter(([, value]) => value !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}
