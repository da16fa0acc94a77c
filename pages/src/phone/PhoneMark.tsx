/** The toolbar's mark of the phone: what it is doing, the microphone's level, the network in a word. Opens `onOpen`. */
export function PhoneMark({ onOpen }: { onOpen?: () => void }) {
  return <button type="button" class="phone-mark" onClick={() => onOpen?.()} />;
}
