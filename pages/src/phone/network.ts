import { type Quality, quality } from "./state";

const LOOK_EVERY_MS = 2_000;

/** At least so good, or the next worse: loss in per cent, jitter and round trip in milliseconds. */
const GOOD = { lossPercent: 1, jitterMs: 30, roundTripMs: 150 };
const FAIR = { lossPercent: 5, jitterMs: 60, roundTripMs: 400 };

type Counted = { received: number; lost: number };

/** Watch a talk's network. Returns how to stop. */
export function watchNetwork(connection: RTCPeerConnection): () => void {
  let before: Counted = { received: 0, lost: 0 };
  const timer = setInterval(async () => {
    const report = await connection.getStats().catch(() => null);
    if (report === null) return;
    const found = read(report);
    quality.value = judged(found, before);
    before = found;
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    quality.value = null;
  };
}

type Read = Counted & { jitterMs: number; roundTripMs: number; farLossPercent: number };

function read(report: RTCStatsReport): Read {
  const found = { received: 0, lost: 0, jitterMs: 0, roundTripMs: 0, farLossPercent: 0 };
  for (const one of report.values()) {
    if (one.type === "inbound-rtp" && one.kind === "audio") {
      found.received += one.packetsReceived ?? 0;
      found.lost += one.packetsLost ?? 0;
      found.jitterMs = Math.max(found.jitterMs, (one.jitter ?? 0) * 1_000);
    } else if (one.type === "remote-inbound-rtp") {
      found.farLossPercent = Math.max(found.farLossPercent, (one.fractionLost ?? 0) * 100);
    } else if (one.type === "candidate-pair" && one.nominated) {
      found.roundTripMs = Math.max(found.roundTripMs, (one.currentRoundTripTime ?? 0) * 1_000);
    }
  }
  return found;
}

function judged(now: Read, before: Counted): Quality {
  const lost = Math.max(0, now.lost - before.lost);
  const all = lost + Math.max(0, now.received - before.received);
  const figures = {
    lossPercent: Math.max(all === 0 ? 0 : (lost / all) * 100, now.farLossPercent),
    jitterMs: now.jitterMs,
    roundTripMs: now.roundTripMs,
  };
  return { ...figures, word: within(figures, GOOD) ? "good" : within(figures, FAIR) ? "fair" : "poor" };
}

function within(figures: Omit<Quality, "word">, limits: typeof GOOD): boolean {
  return (
    figures.lossPercent < limits.lossPercent &&
    figures.jitterMs < limits.jitterMs &&
    figures.roundTripMs < limits.roundTripMs
  );
}
