import type { Answer } from "../../frame/asked";

/** What is kept on this computer. */
export interface Kept {
  folder: string;
  bytes: number;
  files: { name: string; bytes: number }[];
}

/** A file that was written where somebody chose. */
export interface Written {
  path: string;
  bytes: number;
}

/** What the safety part of the settings needs of the host. */
export interface SafetyHost {
  startsAtLogin(): Promise<Answer<boolean>>;
  startAtLogin(start: boolean): Promise<Answer<null>>;
  storage(): Promise<Answer<Kept>>;
  backUp(): Promise<Answer<Written>>;
  /** Answers with what was restored, in words. */
  restore(): Promise<Answer<string>>;
  forgetEverything(typed: string): Promise<Answer<null>>;
  /** What the bundle holds, to be read before it is saved. */
  diagnostics(): Promise<Answer<string>>;
  saveDiagnostics(): Promise<Answer<Written>>;
  hosts(): Promise<Answer<{ host: string; why: string }[]>>;
}

/** The safety part of a host, where it has one. */
export function safetyOf(host: Partial<SafetyHost>): SafetyHost | undefined {
  return "storage" in host ? (host as SafetyHost) : undefined;
}
