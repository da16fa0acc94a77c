import { isSilence, type Opened } from "./recordings";

const HEIGHT = 100;

/** How loud it is, as the service has measured it; silenced parts are hatched, cuts are a broken line. */
export function WaveForm({ it, at }: { it: Opened; at: number }) {
  const { ms, quiet, recording_id: id } = it.recording;
  const whole = Math.max(1, ms ?? 1);
  const count = Math.max(1, it.peaks.length);
  return (
    <svg class="wave" viewBox={`0 0 ${count} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <defs>
        <pattern id={`hatch-${id}`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="2" height="6" class="wave__hatch" />
        </pattern>
      </defs>
      {quiet.filter(isSilence).map((one) => (
        <rect
          key={one.at_ms}
          class="wave__silent"
          fill={`url(#hatch-${id})`}
          x={(one.at_ms / whole) * count}
          width={((one.ms ?? 0) / whole) * count}
          y={0}
          height={HEIGHT}
        />
      ))}
      <path class="wave__form" d={outline(it.peaks)} />
      {quiet
        .filter((one) => !isSilence(one))
        .map((one) => (
          <line
            key={`${one.kind}${one.at_ms}`}
            class="wave__cut"
            x1={(one.at_ms / whole) * count}
            x2={(one.at_ms / whole) * count}
            y1={0}
            y2={HEIGHT}
          />
        ))}
      <line class="wave__at" x1={(at / whole) * count} x2={(at / whole) * count} y1={0} y2={HEIGHT} />
    </svg>
  );
}

/** One bar for each stretch, from its middle; what is nearly silent is still a line. Speech is drawn at full height. */
function outline(peaks: readonly number[]): string {
  const loudest = Math.max(10, ...peaks);
  return peaks
    .map((peak, n) => {
      const half = Math.max(1, (peak / loudest) * (HEIGHT / 2 - 4));
      return `M${n} ${HEIGHT / 2 - half}h0.8v${2 * half}h-0.8z`;
    })
    .join("");
}
