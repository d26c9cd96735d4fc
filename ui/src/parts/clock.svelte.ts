// The time by which "2 min ago" is drawn. It decides nothing: it only lets what is on screen grow
// old while somebody looks, and stands still while no part shows a time.
import { createSubscriber } from "svelte/reactivity";

function every(milliseconds: number): () => void {
  return createSubscriber((update) => {
    const ticking = setInterval(update, milliseconds);
    document.addEventListener("visibilitychange", update);
    return () => {
      clearInterval(ticking);
      document.removeEventListener("visibilitychange", update);
    };
  });
}

const subscribe = every(5000);
const subscribeToTheSecond = every(1000);

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

/** The same for what counts down while somebody waits. */
export function nowToTheSecond(): number {
  subscribeToTheSecond();
  return fixed ?? Date.now();
}
