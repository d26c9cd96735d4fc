// What the scripted host answers about sign-ins, tests, listeners and where keys are kept.
import type { Answer } from "../frame/asked";
import type {
  Check,
  Host,
  KeptRun,
  KeysKept,
  Links,
  Listener,
  Problem,
} from "../host";
import { scopes } from "../screens/connections/scopes";
import type {
  FieldsHost,
  KeysHost,
  ListenerHost,
  SignInHost,
  TesterHost,
} from "../screens/connections/host";

type Parts = SignInHost &
  KeysHost &
  Omit<TesterHost, "checkConnection"> &
  ListenerHost &
  FieldsHost &
  Pick<Host, "disconnect" | "links" | "registerLinks" | "changeLinkPage">;

/** What a test finds; with `fail`, as it would with a key that lacks a scope. */
export function checks(fail: boolean): Check[] {
  const check = (
    word: string,
    title: string,
    found: string,
    more: Partial<Check> = {},
  ): Check => ({
    check: word,
    title,
    mark: "ok",
    found,
    cause: "",
    consequence: "",
    advice: "",
    correlationId: null,
    latencyMs: 84,
    ...more,
  });
  return [
    check("home", "Home folder", "/home/ana/.local/share/tuco can be written", {
      latencyMs: null,
    }),
    check(
      "keychain",
      "Keychain",
      'the system\'s keychain holds the keys of "Harbor Dental"',
      { latencyMs: null },
    ),
    check("hubspot.reachable", "HubSpot answers", "api.hubapi.com"),
    fail
      ? check("hubspot.key", "HubSpot key", "HubSpot refuses it", {
          mark: "failed",
          cause: "the key was deleted, or has expired",
          consequence:
            "No contact is found and nothing is written to HubSpot. What Tuco reports is kept until it goes on.",
          advice: "Copy the key again, whole, and paste it here.",
          correlationId: "5f0b1c9e-8f1d-4d52-9a57-2f6f6d0f0a11",
        })
      : check("hubspot.key", "HubSpot key", "portal 4400001, Harbor Dental", {
          latencyMs: 122,
        }),
    check("hubspot.scopes", "Scopes", "5 of 5", {
      mark: fail ? "skipped" : "ok",
      latencyMs: null,
    }),
    check("tuco.reachable", "Tuco answers", "app.tuco.ai", { latencyMs: 61 }),
    check("tuco.key", "Tuco key", "workspace Harbor Dental, 3 lines", {
      latencyMs: 140,
    }),
    check(
      "tuco.rest",
      "Lines, replies, messages",
      "messages may not be listed",
      {
        mark: "warning",
        cause: "Tuco does not open the list of messages to this key",
        consequence:
          "Sends made elsewhere are mirrored only once somebody answers them.",
        advice:
          "There is nothing to do, unless Tuco offers a key that may list them.",
      },
    ),
    check(
      "tuco.own_link",
      "Nobody else writes the same entries",
      "no sign of Tuco's own HubSpot link",
    ),
    check(
      "computer.listener",
      "Webhook listener reachable",
      "the listener is off; Tuco is asked every round",
      { mark: "notNeeded", latencyMs: null },
    ),
    check(
      "computer.links",
      "Deep links registered",
      "tuco-hubspot:// is opened by tuco-for-hubspot.desktop",
      { latencyMs: null },
    ),
  ];
}

const of = (needed: boolean): string[] =>
  scopes.filter((one) => one.needed === needed).map((one) => one.scope);

const guide = {
  required: ["oauth", ...of(true)],
  optional: of(false),
  redirects: [17_845, 17_846, 17_847].map(
    (port) => `http://localhost:${String(port)}/hubspot/signed-in`,
  ),
};

const cancelled: Problem = {
  code: "cancelled",
  message: "Cancelled. Nothing was changed.",
  detail: "",
};

/** Answers as the program would. A client id of “never” never comes back, “wrong” is refused. */
export function scriptedConnections(
  calls: string[],
  now: number,
  kept: KeysKept,
  remove: (id: number) => void,
  connect: () => void,
): Parts {
  const yes = <T>(name: string, data: T): Promise<Answer<T>> => {
    calls.push(name);
    return Promise.resolve({ status: "ok", data });
  };
  let end: (answer: "back" | "cancelled") => void = () => undefined;
  let listener: Listener = {
    on: false,
    open: false,
    trouble: "",
    port: null,
    local: "",
    tunnel: "",
    address: "",
    hubSpotAddress: "",
    hubSpotHeard: false,
    registered: false,
    rotating: false,
    rewritten: 0,
    deliveries: [],
    good: 0,
    turnedAway: 0,
  };
  let links: Links = {
    opened: { by: "nobody" },
    begins: "tuco-hubspot://",
    page: "",
    pageTrouble: "",
  };
  const path = "/tuco/5f1c9a3be07d4286a9d1f0c37be2648d";
  const runs: KeptRun[] = [
    {
      id: 3,
      at: now - 3_600_000,
      verdict: "works",
      checks: checks(false),
    },
    {
      id: 2,
      at: now - 2 * 86_400_000,
      verdict: "needsPerson",
      checks: checks(true),
    },
    {
      id: 1,
      at: now - 5 * 86_400_000,
      verdict: "works",
      checks: checks(false),
    },
  ];

  return {
    signInGuide: () => yes("signInGuide", guide),
    signIn: async (wish, told) => {
      const app = wish;
      calls.push(`signIn ${String(wish.connection)}`);
      told({
        step: "waiting",
        link: `https://app.hubspot.com/oauth/authorize?client_id=${app.clientId}&redirect_uri=http://localhost:17845/hubspot/signed-in`,
        until: now + 245_000,
        browserOpened: app.clientId !== "closed",
      });
      const answer = await new Promise<"back" | "cancelled">((done) => {
        end = done;
        if (app.clientId === "right" || app.clientId === "wrong") done("back");
      });
      if (answer === "cancelled") return { status: "error", error: cancelled };
      told({ step: "answered" });
      if (app.clientId === "wrong") {
        return {
          status: "error",
          error: {
            code: "needsSignIn",
            message:
              "HubSpot does not accept the client secret. Copy it again from the Auth tab of your app.",
            detail: "BAD_CLIENT_SECRET",
          },
        };
      }
      connect();
      return {
        status: "ok",
        data: {
          connection: 1,
          name: wish.name ?? "Harbor Dental",
          notKept: "",
          warning: "",
        },
      };
    },
    signInByAddress: (address) => {
      calls.push("signInByAddress");
      if (!address.startsWith("http://localhost")) {
        return Promise.resolve({
          status: "error",
          error: {
            code: "badInput",
            message:
              "This is not the address that HubSpot sent the browser to. It begins with http://localhost.",
            detail: "",
          },
        });
      }
      end("back");
      return Promise.resolve({ status: "ok", data: null });
    },
    cancelSignIn: () => {
      end("cancelled");
      return yes("cancelSignIn", null);
    },
    keysKept: () => yes("keysKept", kept),
    keepInFile: () => {
      kept = { where: "file", why: "", file: true };
      return yes("keepInFile", null);
    },
    keepInKeychain: () => {
      kept = { where: "keychain", why: "", file: true };
      return yes("keepInKeychain", null);
    },
    unlockKeys: (passphrase) => {
      if (passphrase.includes("wrong")) {
        return Promise.resolve({
          status: "error",
          error: {
            code: "keychainFailed",
            message:
              "This passphrase does not open the file. Nothing was changed; try again.",
            detail: "",
          },
        });
      }
      kept = { where: "file", why: "", file: true };
      return yes("unlockKeys", null);
    },
    startKeysOver: () => {
      kept = { where: "keychain", why: "", file: false };
      return yes("startKeysOver", null);
    },
    changePassphrase: (old) => {
      if (old.includes("wrong")) {
        return Promise.resolve({
          status: "error",
          error: {
            code: "badInput",
            message:
              "The passphrase file does not open with this passphrase. Try again.",
            detail: "",
          },
        });
      }
      return yes("changePassphrase", null);
    },
    keptRuns: () => yes("keptRuns", runs),
    testWriting: async (_connection, contact, told) => {
      calls.push(`testWriting ${contact}`);
      const all = [
        ...checks(false).slice(0, 3),
        {
          check: "hubspot.write",
          title: "An entry written and removed",
          mark: "ok" as const,
          found: `on contact ${contact}`,
          cause: "",
          consequence: "",
          advice: "",
          correlationId: null,
          latencyMs: 412,
        },
        ...checks(false).slice(3),
      ];
      for (const check of all) {
        await new Promise(requestAnimationFrame);
        told(check);
      }
      return { status: "ok", data: "works" };
    },
    listener: () => yes("listener", listener),
    changeListener: (_connection, on, tunnel, port) => {
      listener = {
        ...listener,
        on,
        open: on,
        tunnel,
        port: port ?? listener.port ?? 27_800,
        local: on
          ? `http://127.0.0.1:${String(port ?? listener.port ?? 27_800)}${path}`
          : "",
        address: on && tunnel ? `${tunnel.replace(/\/$/, "")}${path}` : "",
        hubSpotAddress:
          on && tunnel
            ? `${tunnel.replace(/\/$/, "")}${path.replace("/tuco/", "/hubspot/")}`
            : "",
      };
      return yes("changeListener", listener);
    },
    registerListener: () => {
      listener = { ...listener, registered: true };
      return yes("registerListener", listener);
    },
    rotateListenerSecret: () => {
      listener = { ...listener, rotating: true };
      return yes("rotateListenerSecret", listener);
    },
    endListenerRotation: () => {
      listener = { ...listener, rotating: false };
      return yes("endListenerRotation", listener);
    },
    sendListenerTest: () => {
      const test = {
        id: listener.deliveries.length + 1,
        at: now,
        event: "message.sent",
        verdict: "test" as const,
        why: "",
        late: false,
        latencyMs: 38,
      };
      listener = {
        ...listener,
        good: 214,
        turnedAway: 1,
        deliveries: [
          test,
          {
            ...test,
            id: 101,
            at: now - 90_000,
            event: "message.reply",
            verdict: "taken",
            latencyMs: 12,
          },
          {
            ...test,
            id: 102,
            at: now - 180_000,
            event: "message.reply",
            verdict: "again",
            late: true,
            latencyMs: 0,
          },
          {
            ...test,
            id: 103,
            at: now - 400_000,
            event: "message.failed",
            verdict: "badSignature",
            why: "Signed with another secret.",
            latencyMs: 4,
          },
        ],
      };
      return yes("sendListenerTest", test);
    },
    disconnect: (id, _typed, uninstall) => {
      remove(id);
      return yes(
        `disconnect ${String(uninstall)}`,
        uninstall
          ? "The app was removed from the portal."
          : "The sign-in was ended at HubSpot.",
      );
    },
    links: () => yes("links", links),
    registerLinks: () => {
      links = {
        ...links,
        opened: { by: "program", name: "tuco-for-hubspot.desktop" },
      };
      return yes("registerLinks", null);
    },
    changeLinkPage: (on) => {
      links = { ...links, page: on ? "http://127.0.0.1:17848/" : "" };
      return yes(`changeLinkPage ${String(on)}`, null);
    },
    refreshFields: () =>
      yes("refreshFields", "214 properties of contacts and 4 lines were read."),
  };
}
