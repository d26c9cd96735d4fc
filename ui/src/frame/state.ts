// What the frame is told about the connections, and what it may ask. The screens have sources of
// their own; the host (src/host) and the scripted host (src/scripted) offer all of them.

/** Where the loop of a connection stands. */
export type Loop =
  | { state: "starting" }
  | { state: "reading"; phase: string }
  | { state: "idle"; checkedAt: number; nextAt: number }
  | { state: "waiting"; until: number; why: string }
  | { state: "offline"; since: number; nextAt: number }
  | { state: "needs-sign-in"; side: "HubSpot" | "Tuco" }
  | { state: "paused"; since: number }
  | { state: "stopped"; why: string };

/** How much of what a service allows is used. */
export interface Budget {
  used: number;
  allowed: number;
  /** The window that it is counted in, as in `10 s`. */
  per: string;
}

/** A connection, as the switcher and the status line show it. */
export interface ConnectionState {
  id: number;
  name: string;
  portal: string;
  workspace: string;
  sandbox: boolean;
  loop: Loop;
  hubspot: Budget | null;
  tuco: Budget | null;
  queue: number;
  /** How much needs a person. */
  needsPerson: number;
}

/** What the frame needs of the host. */
export interface FrameSource {
  connections(): Promise<ConnectionState[]>;
  /** Calls back whenever something changed; answers with the way to stop. */
  onChange(changed: () => void): Promise<() => void>;
  syncNow(connection: number): Promise<void>;
  pause(connection: number, paused: boolean): Promise<void>;
}
