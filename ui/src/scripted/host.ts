// A host without a program behind it: everything that the page can ask is answered from a scene, so
// that the whole page runs in a plain browser, for tests, for pictures and while it is being built.
// It is no part of the shipped page; only scripted.html leads here.
import type {
  Check,
  Connection,
  Day,
  Host,
  KeptView,
  News,
  Notice,
  Preferences,
  Problem,
  Verdict,
} from "../host";
import { checks, scriptedConnections } from "./connections";
import { ScriptedLog } from "./log";
import { people } from "./people";
import type { SandboxHost } from "../screens/sandbox/host";
import type { SafetyHost } from "../screens/settings/host";
import { scriptedMessages, type ScriptedMessages } from "./messages";
import { scriptedMore } from "./more";
import { connection, type Scene } from "./scene";
import { settingsFromTheStart, withoutEffect } from "./settings";

const problem: Problem = {
  code: "otherCopy",
  message:
    "Another copy of the program works on the same data. Nothing is lost. Close the other one, then try again.",
  detail: "home_locked",
};

const cancelled: Problem = {
  code: "cancelled",
  message: "Cancelled. Nothing was changed.",
  detail: "",
};
/** Frames that an export takes. */
const exportSteps = 40;

type Ok<T> = { status: "ok"; data: T };

export interface Scripted
  extends
    Omit<Host, keyof ScriptedMessages>,
    SandboxHost,
    SafetyHost,
    ScriptedMessages {
  /** Makes something happen, as if the program had said so. */
  tell(news: News): void;
  /** So many more events, as if they had just happened. */
  arrive(many: number): void;
  /** What was asked for, in order. */
  readonly calls: string[];
}

function days(scene: Scene, now: number): Day[] {
  const shape = [40, 52, 38, 66, 71, 20, 18, 58, 64, 80, 75, 69, 30, 84];
  const day = 86_400_000;
  const midnight = Math.floor(now / day) * day;
  return shape.map((sent, at) => {
    const from = midnight - (shape.length - 1 - at) * day;
    const replies = Math.round(sent * 0.44);
    return {
      date: new Date(from).toISOString().slice(0, 10),
      from,
      to: from + day,
      tallies:
        scene.events === 0
          ? []
          : [
              { kind: "sent", stage: "written", events: sent },
              { kind: "reply", stage: "written", events: replies },
              { kind: "reply", stage: "waiting", events: at === 13 ? 4 : 0 },
              { kind: "delivered", stage: "skipped", events: sent - 3 },
              { kind: "sent", stage: "queued", events: at === 13 ? 2 : 0 },
              { kind: "failed", stage: "failed", events: at % 4 === 1 ? 1 : 0 },
            ],
    };
  });
}

/** A host that answers from a scene. */
export function scriptedHost(
  scene: Scene,
  now: number,
  theme: Preferences["theme"] = "system",
): Scripted {
  let connections: Connection[] = scene.connections;
  let mode = scene.mode;
  let told: (batch: Notice[]) => void = () => undefined;
  let sequence = 1;
  let sends = scene.needs.some((need) => need.kind === "unknownSend")
    ? [
        {
          id: 1,
          to: "Petra Novak, +1 202 555 0140",
          contactId: "70001",
          text: "Hi Petra, your crown is back from the lab.",
          sentAt: now - 13_680_000,
          looks: 2,
        },
        {
          id: 2,
          to: "+972 50 555 0109",
          contactId: null,
          text: "שלום שרה, התור שלך אושר",
          sentAt: now - 3_680_000,
          looks: 1,
        },
      ]
    : [];
  const log = new ScriptedLog(scene.events, now, scene.words);
  const settings = settingsFromTheStart();
  let stopExport = false;
  let views: KeptView[] = [];
  let preferences: Preferences = {
    notifications: "all",
    theme,
    density: "comfortable",
    trayTold: true,
    linkPage: false,
  };
  const calls: string[] = [];

  function yes<T>(name: string, data: () => T): Promise<Ok<T>> {
    calls.push(name);
    if (scene.answers === "never") return new Promise(() => undefined);
    return Promise.resolve({ status: "ok", data: data() });
  }

  function change(id: number, more: Partial<Connection>): null {
    connections = connections.map((one) =>
      one.id === id ? { ...one, ...more } : one,
    );
    tell({ what: "connections" });
    return null;
  }

  function tell(news: News): void {
    sequence += 1;
    told([{ sequence, news }]);
  }

  async function test(
    all: Check[],
    fail: boolean,
    each: (check: Check) => void,
  ): Promise<Ok<Verdict>> {
    for (const check of all) {
      await new Promise(requestAnimationFrame);
      each(check);
    }
    return { status: "ok", data: fail ? "needsPerson" : "works" };
  }

  const more = scriptedMore(calls, (what, news) => {
    mode = what === "start" ? "sandbox" : "real";
    connections =
      what === "start"
        ? [
            connection(now, 1, "Sandbox Dental", {
              state: "idle",
              nextAt: now + 9_000,
            }),
          ]
        : [];
    tell(news);
  });

  const remove = (id: number): void => {
    connections = connections.filter((one) => one.id !== id);
    tell({ what: "connections" });
  };

  /** The first connection comes to be; another one is the first anew. */
  const connect = (): void => {
    if (connections.length > 0) return;
    connections = [
      connection(now, 1, "Harbor Dental", {
        state: "running",
        phase: "working",
        since: now,
      }),
    ];
    tell({ what: "connections" });
  };

  return {
    ...more,
    ...scriptedMessages(calls, now, (news) => tell(news)),
    ...scriptedConnections(
      calls,
      now,
      scene.keys ?? { where: "keychain", why: "", file: false },
      remove,
      connect,
    ),
    calls,
    tell,
    arrive: (many) => {
      log.arrive(many);
      tell({ what: "log", connection: 1, newest: log.total });
    },
    about: () =>
      Promise.resolve({
        version: "0.1.0",
        command: "tuco-hubspot",
        webView: "2.50.6",
        system: "linux x86_64",
        license: "MIT OR Apache-2.0",
        parts: [{ name: "tauri", version: "2.12.5" }],
      }),
    quit: () => {
      calls.push("quit");
      return Promise.resolve();
    },
    firstDestination: () => Promise.resolve(null),
    contentReady: () => yes("contentReady", () => null),
    openContact: (_connection, contact) =>
      yes(`openContact ${contact}`, () => null),
    exportCsv: async (_connection, filter, each) => {
      calls.push("exportCsv");
      const of = log.count(filter);
      const all = of ?? 240;
      stopExport = false;
      for (let part = 1; part <= exportSteps; part += 1) {
        each({ rows: Math.floor((all * part) / exportSteps), of });
        await new Promise(requestAnimationFrame);
        if (stopExport) return { status: "error", error: cancelled };
      }
      return {
        status: "ok",
        data: { path: "/home/ana/Documents/tuco-log.csv", rows: all },
      };
    },
    cancelExport: () =>
      yes("cancelExport", () => {
        stopExport = true;
        return null;
      }),
    firstFrame: (heading) => {
      calls.push(`firstFrame ${heading}`);
      return Promise.resolve();
    },
    subscribe: (heard) => {
      told = heard;
      return yes("subscribe", () => null);
    },
    snapshot: () =>
      scene.answers === "problem"
        ? Promise.resolve({ status: "error", error: problem })
        : yes("snapshot", () => ({
            sequence,
            now,
            mode,
            // As it comes over the wire: the same values, never the same objects.
            connections: connections.map((one) => ({ ...one })),
            cannotWork: null,
          })),
    overview: () =>
      yes("overview", () => ({ days: days(scene, now), needs: scene.needs })),
    lines: () =>
      yes("lines", () => [
        line("line_1", "Front desk", 96, 150),
        line("line_2", scene.words?.texts[3] ?? "Dr. Lane 🦷", 141, 150),
        line("line_3", scene.words?.texts[120] ?? "استقبال العيادة", 8, 150),
        {
          ...line("line_4", "hello@harbor-dental.example", 0, 500),
          active: false,
        },
      ]),
    activityPage: (_connection, filter, start, limit) =>
      yes("activityPage", () => log.page(filter, start, limit)),
    activityCount: (_connection, filter) =>
      yes("activityCount", () => log.count(filter)),
    eventStory: (_connection, event) =>
      yes("eventStory", () => log.story(event)),
    eventOfMessage: (_connection, message) =>
      yes("eventOfMessage", () => Number(message.replace("msg_", "")) || null),
    replay: (_connection, event) => yes(`replay ${String(event)}`, () => null),
    contactSearch: (_connection, words) =>
      yes("contactSearch", () =>
        (scene.words?.people ?? people)
          .filter((one) =>
            `${one.name ?? ""} ${one.address}`
              .toLocaleLowerCase()
              .includes(words.toLocaleLowerCase()),
          )
          .slice(0, 20)
          .map((one, at) => ({
            id: String(70_000 + at),
            name: one.name ?? "",
            email: one.address.includes("@") ? one.address : null,
            phone: one.address.startsWith("+") ? one.address : null,
            company: at % 3 === 0 ? "Harbor Dental Group" : null,
          })),
      ),
    knownContacts: (_connection, words) =>
      yes("knownContacts", () =>
        (scene.words?.people ?? people)
          .map((one, at) => ({
            id: String(70_000 + at),
            name: one.name ?? "",
            email: one.address.includes("@") ? one.address : null,
            phone: one.address.startsWith("+") ? one.address : null,
            company: null,
          }))
          .filter((one) =>
            `${one.name} ${one.phone ?? ""} ${one.email ?? ""}`
              .toLocaleLowerCase()
              .includes(words.toLocaleLowerCase()),
          )
          .slice(0, 8),
      ),
    linkEventToContact: (_connection, event, contact) =>
      yes(`link ${String(event)} ${contact}`, () => null),
    parked: () => yes("parked", () => []),
    retryParked: (_connection, effect) =>
      yes(`retryParked ${String(effect)}`, () => null),
    dropParked: (_connection, effect) =>
      yes(`dropParked ${String(effect)}`, () => null),
    unknownSends: () => yes("unknownSends", () => sends),
    settleSend: (_connection, send, wentOut) =>
      yes(`settleSend ${String(send)} ${String(wentOut)}`, () => {
        sends = sends.filter((one) => one.id !== send);
        return null;
      }),
    keptViews: () => yes("keptViews", () => views),
    keepView: (_connection, name, filter) =>
      yes("keepView", () => {
        const id = views.length + 1;
        views = [
          ...views.filter((one) => one.name !== name),
          { id, name, filter },
        ];
        return id;
      }),
    forgetView: (_connection, view) =>
      yes("forgetView", () => {
        views = views.filter((one) => one.id !== view);
        return null;
      }),
    checkKeys: (keys, _connection, each) => {
      calls.push("checkKeys");
      const fail = keys.hubSpot.includes("wrong");
      // This computer is looked at for connections that are there.
      const services = checks(fail).filter((one) =>
        /^(hubspot|tuco)\./.test(one.check),
      );
      return test(services, fail, each);
    },
    checkConnection: (_connection, each) => {
      calls.push("checkConnection");
      return test(checks(false), false, each);
    },
    forgetPasted: () => yes("forgetPasted", () => null),
    saveConnection: (_keys, name) =>
      yes("saveConnection", () => {
        connect();
        const saved = {
          connection: connections[0]?.id ?? 1,
          name: name ?? "Harbor Dental",
        };
        return { ...saved, notKept: "", warning: "" };
      }),
    replaceKeys: (connection) =>
      yes("replaceKeys", () => ({
        connection,
        name: connections.find((one) => one.id === connection)?.name ?? "",
        notKept: "",
        warning: "",
      })),
    renameConnection: (id, name) =>
      connections.some((one) => one.id !== id && one.name === name)
        ? Promise.resolve({
            status: "error",
            error: {
              code: "taken",
              message: "Another connection has this name. Choose another one.",
              detail: "",
            },
          })
        : yes("rename", () => change(id, { name })),
    removeConnection: (id) =>
      yes("remove", () => {
        remove(id);
        return null;
      }),
    pause: (id) =>
      yes("pause", () =>
        change(id, { paused: true, state: { state: "paused" } }),
      ),
    resume: (id) =>
      yes("resume", () =>
        change(id, {
          paused: false,
          state: { state: "idle", nextAt: now + 15_000 },
        }),
      ),
    syncNow: (id) =>
      yes("syncNow", () => {
        const state = {
          state: "running" as const,
          phase: "working" as const,
          since: now,
        };
        change(id, { state });
        return null;
      }),
    settings: () => yes("settings", () => settings.map((one) => ({ ...one }))),
    changeSettings: (_connection, changes) =>
      yes("changeSettings", () => {
        for (const { key, value } of changes) {
          const setting = settings.find((one) => one.key === key);
          if (setting) {
            setting.value = value;
            setting.withoutEffect = withoutEffect(key, value);
          }
        }
        return null;
      }),
    missingProperties: () =>
      yes("missingProperties", () =>
        settings.some(
          (one) => one.key === "keep.last_reply" && one.value === "on",
        )
          ? [
              {
                name: "tuco_last_reply",
                label: "Tuco last reply",
                description: "When this contact last answered.",
                valueType: "datetime",
              },
            ]
          : [],
      ),
    createProperties: () => yes("createProperties", () => []),
    preferences: () => yes("preferences", () => preferences),
    changePreferences: (next) =>
      yes("changePreferences", () => {
        preferences = next;
        return null;
      }),
  };
}

function line(
  id: string,
  label: string,
  sentToday: number,
  dailyLimit: number,
): {
  id: string;
  label: string;
  address: string;
  active: boolean;
  health: string;
  dailyLimit: number;
  sentToday: number;
  dailyNewLimit: null;
  newToday: null;
} {
  return {
    id,
    label,
    address: "+1 904 555 0100",
    active: true,
    health: "healthy",
    dailyLimit,
    sentToday,
    dailyNewLimit: null,
    newToday: null,
  };
}
