import { computed, effect, signal } from "@preact/signals";
import { say } from "../words/words";
import { type Alert, alerts, type Breach, type Queue, queues } from "./board";
import { lengthWords } from "./clock";
import { sound } from "./sound";
import { alertWords, breachWords } from "./words";

const KEPT_AS = "helpline.monitor.heard";
const HEARD_KEPT = 200;

/** What a screen reader is told: alerts and broken thresholds, each once. */
export const announcement = signal("");

/** A threshold that is broken, and where. */
export type Broken = { readonly queue: Queue; readonly breach: Breach };

/** Every broken threshold, as the queues stand. */
export const broken = computed<readonly Broken[]>(() =>
  [...queues.value.values()].flatMap((queue) => queue.breaches.map((breach) => ({ queue, breach }))),
);

let heard: readonly string[] = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "[]") as string[];

/** What is broken, in words. */
export function brokenWords(breach: Breach): string {
  const limit = breach.what === "longest_wait" ? lengthWords(breach.limit) : breach.limit;
  return say(breachWords[breach.what], { value: breach.value ?? "", limit });
}

/** An alert, in words. */
export function alertSaid(alert: Alert): string {
  return say(alertWords.calls, { name: alert.agent.name, staff: alert.agent.staff_number, team: alert.team });
}

effect(() => {
  const news = [
    ...alerts.value.filter((one) => one.acknowledged_at === null).map(asNews),
    ...broken.value.filter(({ breach }) => breach.acknowledged_at === null).map(asBrokenNews),
  ].filter(({ key }) => !heard.includes(key));
  if (news.length === 0) return;
  remember(news.map(({ key }) => key));
  sound(news.some(({ kind }) => kind === "alert") ? "alert" : "breach");
  announcement.value = news.map(({ said }) => said).join(". ");
});

type News = { readonly key: string; readonly kind: "alert" | "breach"; readonly said: string };

function asNews(alert: Alert): News {
  return { key: alert.alert_id, kind: "alert", said: alertSaid(alert) };
}

function asBrokenNews({ queue, breach }: Broken): News {
  return { key: `breach ${breach.breach_id}`, kind: "breach", said: `${queue.name}: ${brokenWords(breach)}` };
}

/** Kept over a reload, so that nothing sounds twice. */
function remember(keys: readonly string[]): void {
  heard = [...heard, ...keys].slice(-HEARD_KEPT);
  sessionStorage.setItem(KEPT_AS, JSON.stringify(heard));
}
