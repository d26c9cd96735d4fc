import type { Answer } from "../../frame/asked";

/** What becomes of a message that is sent in the sandbox. */
export type Fate = "sent" | "delivered" | "failed" | "fallback";

/** Troubles of the sandbox that are switched on. */
export interface Faults {
  offline: boolean;
  rateLimit: boolean;
  keyRefused: boolean;
}

/** What the sandbox needs of the host. */
export interface SandboxHost {
  startSandbox(): Promise<Answer<null>>;
  leaveSandbox(): Promise<Answer<null>>;
  sandboxReply(): Promise<Answer<null>>;
  sandboxSend(fate: Fate): Promise<Answer<null>>;
  sandboxFaults(): Promise<Answer<Faults>>;
  changeSandboxFaults(faults: Faults): Promise<Answer<null>>;
}

/** The sandbox's part of a host, where it has one. */
export function sandboxOf(host: Partial<SandboxHost>): SandboxHost | undefined {
  return "startSandbox" in host ? (host as SandboxHost) : undefined;
}
