// The scenes in which the page can be opened: `?scripted=NAME`.
import type { Connection, KeysKept, LoopState, Mode, Need } from "../host";
import { noFilter } from "../frame/activity-filter";
import { hostile, hostileWords } from "./hostile";
import type { Words } from "./log";

export interface Scene {
  mode: Mode;
  connections: Connection[];
  needs: Need[];
  /** How many events there are in the log. */
  events: number;
  /** What becomes of questions: answered, never answered, or answered with a problem. */
  answers: "yes" | "never" | "problem";
  /** Where keys are kept, where it is not the keychain. */
  keys?: KeysKept;
  /** What is written in the log, where it is not what is usually written. */
  words?: Words;
}

export function connection(
  now: number,
  id: number,
  name: string,
  state: LoopState,
  more: Partial<Connection> = {},
): Connection {
  return {
    id,
    name,
    portalId: String(4_400_000 + id),
    portalName: "Harbor Dental Group",
    workspaceId: `ws_${String(id)}_harbor`,
    timeZone: "America/New_York",
    paused: state.state === "paused",
    state,
    createdAt: now - 40 * 86_400_000,
    lastRoundAt: now - 6_000,
    lastError: "",
    hubSpotCalls: 1_204,
    tucoCalls: 318,
    dailyBudget: { limit: 250_000, left: 231_480 },
    events: 12_480,
    written: 11_902,
    queue: 2,
    parked: 0,
    waiting: 0,
    onceBy: "keyProperty",
    onceByWhy: "",
    messagesListed: "offered",
    method: "key",
    signedInAt: now - 40 * 86_400_000,
    colour: "auto",
    ...more,
  };
}

const needs: Need[] = [
  { kind: "unknownSend", count: 2, filter: null },
  { kind: "pausedRule", count: 1, filter: null },
  {
    kind: "parked",
    count: 1,
    filter: { ...noFilter, stages: ["failed"] },
  },
  {
    kind: "ambiguous",
    count: 1,
    filter: { ...noFilter, reasons: ["ambiguous"] },
  },
  {
    kind: "noContact",
    count: 3,
    filter: { ...noFilter, reasons: ["noContact"] },
  },
];

const scenes: Record<string, (now: number) => Scene> = {
  busy: (now) => ({
    mode: "real",
    connections: [
      connection(
        now,
        1,
        "Harbor Dental",
        { state: "idle", nextAt: now + 9_000 },
        { waiting: 4, parked: 1 },
      ),
      connection(
        now,
        2,
        "عيادة الميناء",
        { state: "paused" },
        { method: "signIn", portalName: "" },
      ),
      connection(
        now,
        3,
        "Harbor Dental North",
        {
          state: "waiting",
          until: now + 240_000,
          why: {
            code: "tuco_read_only",
            message:
              "The Tuco workspace is read-only for billing: nothing can be sent, reading goes on. The owner of the workspace can settle that in Tuco.",
          },
        },
        { lastError: "Tuco refused one call; it is tried again.", parked: 2 },
      ),
    ],
    needs,
    events: 1_000_000,
    answers: "yes",
  }),
  calm: (now) => ({
    mode: "real",
    connections: [
      connection(
        now,
        1,
        "Harbor Dental",
        { state: "idle", nextAt: now + 9_000 },
        { queue: 0, dailyBudget: null },
      ),
    ],
    needs: [],
    events: 12_480,
    answers: "yes",
  }),
  first: () => ({
    mode: "real",
    connections: [],
    needs: [],
    events: 0,
    answers: "yes",
  }),
  empty: (now) => ({
    mode: "real",
    connections: [
      connection(
        now,
        1,
        "Harbor Dental",
        { state: "running", phase: "working", since: now - 3_000 },
        { events: 0, written: 0, queue: 0, lastRoundAt: null },
      ),
    ],
    needs: [],
    events: 0,
    answers: "yes",
  }),
  offline: (now) => ({
    mode: "real",
    connections: [
      connection(now, 1, "Harbor Dental", {
        state: "offline",
        since: now - 1_920_000,
        nextAt: now + 30_000,
        why: { code: "no_network", message: "There is no network." },
      }),
    ],
    needs: needs.slice(3),
    events: 12_480,
    answers: "yes",
  }),
  key: (now) => ({
    mode: "real",
    connections: [
      connection(
        now,
        1,
        "Wolfeschlegelsteinhausenbergerdorff & Featherstonehaugh Dental Partners",
        {
          state: "needsSignIn",
          why: {
            code: "hubspot_key_refused",
            message:
              "HubSpot refuses the key: it was revoked or has expired. Events are kept and wait. Paste a new key to go on.",
          },
        },
        {
          lastError: "HubSpot refuses the key.",
          onceBy: "ledger",
          onceByWhy: "the portal does not let this key make a property",
          messagesListed: "notOffered",
          dailyBudget: { limit: 250_000, left: 12_000 },
        },
      ),
    ],
    needs: [],
    events: 12_480,
    answers: "yes",
  }),
  session: (now) => ({
    mode: "real",
    connections: [
      connection(now, 1, "Harbor Dental", {
        state: "idle",
        nextAt: now + 9_000,
      }),
    ],
    needs: [],
    events: 12_480,
    answers: "yes",
    keys: {
      where: "session",
      why: "No keychain answers on this computer.",
      file: false,
    },
  }),
  locked: (now) => ({
    mode: "real",
    connections: [
      connection(now, 1, "Harbor Dental", {
        state: "needsSignIn",
        why: {
          code: "keychain",
          message: "The file with the keys is locked.",
        },
      }),
    ],
    needs: [],
    events: 12_480,
    answers: "yes",
    keys: { where: "locked", why: "", file: true },
  }),
  sandbox: (now) => ({
    mode: "sandbox",
    connections: [
      connection(now, 1, "Sandbox Dental", {
        state: "idle",
        nextAt: now + 9_000,
      }),
    ],
    needs: needs.slice(2),
    events: 640,
    answers: "yes",
  }),
  hostile: (now) => ({
    mode: "real",
    connections: [
      connection(
        now,
        1,
        hostile.slice(0, 400).join(" "),
        { state: "idle", nextAt: now + 9_000 },
        { waiting: 4, portalName: hostile.slice(400).join(" ") },
      ),
    ],
    needs,
    events: hostile.length,
    answers: "yes",
    words: hostileWords,
  }),
  loading: () => ({
    mode: "real",
    connections: [],
    needs: [],
    events: 0,
    answers: "never",
  }),
  broken: () => ({
    mode: "real",
    connections: [],
    needs: [],
    events: 0,
    answers: "problem",
  }),
};

/** The names of all scenes. */
export const sceneNames = Object.keys(scenes);

export function sceneOf(name: string, now: number): Scene {
  const scene = scenes[name] ?? scenes["busy"];
  if (!scene) throw new Error("There is no scene.");
  return scene(now);
}
