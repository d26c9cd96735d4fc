// What passes between the page and the Rust side, in both directions, at the place where the page's
// messages leave it and where answers and reports reach it.
import { expect } from "vitest";

import type { Window } from "./driver";

interface Passed {
  /** The command; none for what comes in. */
  command: string;
  text: string;
}

/** How a secret may look: as it is, and as encoders leave it. */
export function shapes(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    bytes.toString("utf16le"),
  ];
}

/** Begins to listen in a window that has just been opened. */
export async function tap(window: Window): Promise<void> {
  await window.script(`
    const passed = window.passed = [];
    const words = (data) => data instanceof ArrayBuffer ? new TextDecoder().decode(data)
      : typeof data === "string" ? data : JSON.stringify(data) ?? "";
    // Out: each message goes to the isolation frame, which encrypts it.
    const frame = document.querySelector("#__tauri_isolation__");
    const inner = frame.contentWindow;
    const outlet = { postMessage(data, to) {
      passed.push({ command: String(data.cmd), text: words(data.payload) });
      inner.postMessage(data, to);
    } };
    Object.defineProperty(frame, "contentWindow", { get: () => outlet });
    // In: answers and reports are handed to the call that waits for them.
    const waiting = window.__TAURI_INTERNALS__.callbacks;
    const find = Map.prototype.get;
    waiting.get = (id) => {
      const call = find.call(waiting, id);
      return call && ((data) => {
        passed.push({ command: "", text: words(data) });
        return call(data);
      });
    };`);
}

/** Everything that was heard in windows so far. */
export class Heard {
  private readonly all: Passed[] = [];

  /** Takes over what a window has heard; before it ends, and at the end. */
  async of(window: Window): Promise<void> {
    const passed = await window.script<Passed[]>(
      "return window.passed.splice(0)",
    );
    this.all.push(...passed);
  }

  /** How often a secret went out with each command. */
  sentWith(secret: string): Record<string, number> {
    const times: Record<string, number> = {};
    for (const { command, text } of this.all) {
      if (command && shapes(secret).some((shape) => text.includes(shape))) {
        times[command] = (times[command] ?? 0) + 1;
      }
    }
    return times;
  }

  /** Nothing that came in tells it. Said by name only: a failing test prints what it compares. */
  neverTells(name: string, secret: string): void {
    const telling = this.all.filter(
      ({ command, text }) =>
        !command && shapes(secret).some((shape) => text.includes(shape)),
    );
    expect(telling.length, `${name} came back to the page`).toBe(0);
  }

  /** How many messages there were in each direction. */
  get counted(): { out: number; in: number } {
    const out = this.all.filter(({ command }) => command).length;
    return { out, in: this.all.length - out };
  }
}
