import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { say } from "../words/words";
import { chosen, picture, timeline } from "./call";
import { words } from "./words";

/** The service's drawing. It may be wider than the page, so it scrolls by itself. */
export function Picture() {
  const place = useRef<HTMLElement>(null);

  useSignalEffect(() => {
    if (place.current !== null) hang(place.current, picture.value);
  });
  useSignalEffect(() => {
    picture.value; // a new drawing has to be told, too, which step is meant
    if (place.current !== null) point(place.current, chosen.value);
  });

  return (
    // what scrolls is reached by keyboard (WCAG 2.1.1)
    <section class="call__picture" aria-label={say(words.picture)} tabindex={0} ref={place} />
  );
}

/** Put the drawing up. Whoever looks at the end of a call that goes on is taken along. */
function hang(place: HTMLElement, drawn: string): void {
  const atEnd = place.scrollLeft + place.clientWidth >= place.scrollWidth - 4;
  const root = new DOMParser().parseFromString(drawn, "image/svg+xml").documentElement;
  place.replaceChildren(...(root instanceof SVGSVGElement ? [document.importNode(root, true)] : []));
  if (atEnd && timeline.value?.end === null) place.scrollLeft = place.scrollWidth;
}

function point(place: HTMLElement, step: number | null): void {
  for (const mark of place.querySelectorAll<SVGGElement>(".mark")) {
    const isMeant = mark.dataset.step === String(step);
    mark.classList.toggle("chosen", isMeant);
    if (isMeant) bring(place, mark);
  }
}

/** Scroll sideways until the mark is seen; the page itself stays where it is. */
function bring(place: HTMLElement, mark: SVGGElement): void {
  const frame = place.getBoundingClientRect();
  const at = mark.getBoundingClientRect();
  if (at.left < frame.left || at.right > frame.right) place.scrollLeft += at.left - frame.left - frame.width / 2;
}
