// Asking the host: every command answers with what was asked for or with a problem, and a screen has
// one way to say that.
import type { Code, Problem } from "../host";
import type { Trouble } from "../parts/View.svelte";
import { noAnswer } from "./feed.svelte";

/** How the generated commands answer. */
export type Answer<T> =
  { status: "ok"; data: T } | { status: "error"; error: Problem };

/** The answer, also where none came at all. */
export async function asked<T>(answer: Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await answer;
  } catch {
    return { status: "error", error: noAnswer };
  }
}

const headlines: Partial<Record<Code, string>> = {
  needsSignIn: "A key does not work",
  offline: "No network",
  tryAgain: "A service asks for patience",
  noKeychain: "No keychain to keep keys in",
  keychainFailed: "The keychain did not do it",
  disk: "The disk does not take it",
  dataFile: "The data file can't be read",
  otherCopy: "Another copy is at work",
};

/** A problem as a whole screen shows it; `what` says what could not be done. */
export function troubleOf(problem: Problem, what: string): Trouble {
  return {
    happened: headlines[problem.code] ?? what,
    means: problem.message,
    ...(problem.detail ? { detail: problem.detail } : {}),
  };
}
