// The time by which "2 min ago" is drawn. It decides nothing: it only lets what is on screen grow
// old while somebody looks, and stands still while no part shows a time.
import { createSubscriber } from "svelte/reactivity";

const subscribe = createSubscriber((update) => {
  const ticking = setInterval(update, 5000);
  document.addEventListener("visibilitychange", update);
  return () => {
    clearInterval(ticking);
    document.removeEventListener("visibilitychange", update);
  };
});

let fixed: number | undefined;

/** Makes the clock stand still at a moment, for pictures that must not differ from run to run. */
export function stopClock(at: number): void {
  fixed = at;
}

/** Now, in milliseconds; read within a part, it draws the part again as time goes by. */
export function now(): number {
  subscribe();
  return fixed ?? Date.now();
}
