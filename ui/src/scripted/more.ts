// The sandbox and the safety part of the scripted host.
import type { Answer } from "../frame/asked";
import type { News } from "../host";
import type { Faults, SandboxHost } from "../screens/sandbox/host";
import type { SafetyHost } from "../screens/settings/host";

type Told = Promise<Answer<null>>;

/** Answers as the program would; `happen` is told what becomes of it. */
export function scriptedMore(
  calls: string[],
  happen: (what: "start" | "leave", news: News) => void,
): SandboxHost & SafetyHost {
  let faults: Faults = { offline: false, rateLimit: false, keyRefused: false };
  let login = false;
  const yes = <T>(name: string, data: T): Promise<Answer<T>> => {
    calls.push(name);
    return Promise.resolve({ status: "ok", data });
  };
  const none = (name: string): Told => yes(name, null);
  const file = { path: "/home/ana/tuco-copy.zip", bytes: 2_400_000 };
  return {
    startSandbox: () => {
      happen("start", { what: "mode" });
      return none("startSandbox");
    },
    leaveSandbox: () => {
      happen("leave", { what: "mode" });
      return none("leaveSandbox");
    },
    sandboxReply: () => none("sandboxReply"),
    sandboxSend: (fate) => none(`sandboxSend ${fate}`),
    sandboxFaults: () => yes("sandboxFaults", faults),
    changeSandboxFaults: (next) => {
      faults = next;
      return none("changeSandboxFaults");
    },
    startsAtLogin: () => yes("startsAtLogin", login),
    startAtLogin: (start) => {
      login = start;
      return none("startAtLogin");
    },
    storage: () =>
      yes("storage", {
        folder: "/home/ana/.local/share/tuco-for-hubspot",
        bytes: 341_200_000,
        files: [
          { name: "bridge.db", bytes: 339_000_000 },
          { name: "bridge.db-wal", bytes: 2_200_000 },
        ],
      }),
    backUp: () => yes("backUp", file),
    restore: () => yes("restore", "The copy of 20 November was restored."),
    forgetEverything: (typed) => none(`forgetEverything ${typed}`),
    diagnostics: () =>
      yes("diagnostics", "version 0.1.0\nconnections 1\nname ***\nkey ***\n"),
    saveDiagnostics: () => yes("saveDiagnostics", file),
    hosts: () =>
      yes("hosts", [
        { host: "api.hubapi.com", why: "HubSpot: contacts and timelines" },
        { host: "app.tuco.ai", why: "Tuco: messages, replies and lines" },
      ]),
  };
}
