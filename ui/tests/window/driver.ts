// The real window in its real web view, driven through WebKit's own WebDriver. Each call has a limit of
// its own, and nothing is waited for but what can be seen.
import { spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** How long anything may take on a machine that is busy with other things. */
export const patience = 60_000;

const element = "element-6066-11e4-a52e-4f735466cecf";
const keys = {
  Tab: "\uE004",
  Enter: "\uE007",
  Shift: "\uE008",
  Control: "\uE009",
  Escape: "\uE00C",
  End: "\uE010",
  Home: "\uE011",
  ArrowUp: "\uE013",
  ArrowDown: "\uE015",
} as const;

/** What the system calls a variable, or a failure that says who gives it. */
export function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is given by: cargo xtask test`);
  return value;
}

/** A folder of the test's own for everything that the program keeps. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), "tuco-window-"));
  readonly home = join(this.folder, "home");

  /** The environment of a program that lives here. */
  variables(more: Record<string, string> = {}): NodeJS.ProcessEnv {
    return {
      ...process.env,
      TUCO_HUBSPOT_HOME: this.home,
      XDG_DATA_HOME: join(this.folder, "data"),
      XDG_CONFIG_HOME: join(this.folder, "config"),
      XDG_CACHE_HOME: join(this.folder, "cache"),
      ...more,
    };
  }

  remove(): void {
    // A program that leaves late may still write there, and what it writes then is no failure of a test.
    for (let tries = 0; tries < 20; tries += 1) {
      try {
        rmSync(this.folder, { recursive: true, force: true, maxRetries: 20 });
        return;
      } catch {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      }
    }
  }
}

/** Asks until the answer is yes, and says what never came. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  limit = patience,
): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`It never came to this: ${what}.`);
    await new Promise((go) => setTimeout(go, 50));
  }
}

/** Runs a program to its end. */
export function run(
  program: string,
  words: string[],
  env: NodeJS.ProcessEnv = process.env,
  limit = patience,
): Promise<{ code: number | null; said: string }> {
  return new Promise((done, failed) => {
    const child = spawn(program, words, { env, timeout: limit });
    let said = "";
    child.stdout.on("data", (part) => (said += String(part)));
    child.stderr.on("data", (part) => (said += String(part)));
    child.on("error", failed);
    child.on("close", (code) => done({ code, said }));
  });
}

/** Ends a program that was started here, and waits until it is gone. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((go) => child.once("exit", go));
  child.kill();
  await gone;
}

/** The windows that are seen on the screen, of all programs, by what they are called. */
export async function seenWindows(name: string): Promise<string[]> {
  const words = ["search", "--onlyvisible", "--name", name];
  const found = await run("xdotool", words);
  return found.code === 0 ? found.said.trim().split("\n") : [];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
  const address = server.address();
  await new Promise((go) => server.close(go));
  if (!address || typeof address === "string") throw new Error("No free port.");
  return address.port;
}

/** What a command of the Rust side answered. */
export type Answered =
  { done: true; value: unknown } | { done: false; why: unknown };

/** One running window. */
export class Window {
  /** Everything that the program has printed. */
  said = "";

  private constructor(
    private readonly driver: ChildProcess,
    private readonly base: string,
    private session = "",
    private asked = 0,
  ) {}

  /** Starts the program and waits for its page. */
  static async open(env: NodeJS.ProcessEnv, args: string[] = []) {
    const port = await freePort();
    const driver = spawn(
      "WebKitWebDriver",
      [`--port=${String(port)}`, "--host=127.0.0.1"],
      // Only then does the shell let itself be driven.
      {
        env: { ...env, TAURI_WEBVIEW_AUTOMATION: "true" },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const window = new Window(driver, `http://127.0.0.1:${String(port)}`);
    for (const stream of [driver.stdout, driver.stderr]) {
      stream.on("data", (part: Buffer) => {
        window.said += part.toString();
        process.stderr.write(part);
      });
    }
    try {
      await until("the driver answers", () =>
        fetch(`${window.base}/status`).then(
          (answer) => answer.ok,
          () => false,
        ),
      );
      const binary = given("TUCO_FOR_HUBSPOT_PROGRAM");
      const opened = await window.call<{ sessionId: string }>(
        "POST",
        "/session",
        {
          capabilities: {
            alwaysMatch: { "webkitgtk:browserOptions": { binary, args } },
          },
        },
      );
      window.session = `/session/${opened.sessionId}`;
      await window.sees("[data-heading]");
    } catch (error) {
      await window.end();
      throw error;
    }
    return window;
  }

  /** Ends the program at once, as a power cut would: it gets no time to tidy up. */
  async end(): Promise<void> {
    for (const program of this.programs()) process.kill(program, "SIGKILL");
    await this.gone();
  }

  /** Waits until the program has ended by itself. */
  async gone(): Promise<void> {
    // A start that comes too early would find it still there, and leave.
    await until("the program is gone", () =>
      Promise.resolve(this.programs().length === 0),
    );
    await ended(this.driver);
  }

  /** The running program, by its number. */
  programs(): number[] {
    const { pid } = this.driver;
    const children = `/proc/${String(pid)}/task/${String(pid)}/children`;
    if (!existsSync(children)) return [];
    return readFileSync(children, "utf8")
      .split(" ")
      .filter(Boolean)
      .map(Number);
  }

  /** How many windows there are. */
  async windows(): Promise<number> {
    const all = await this.call<string[]>("GET", "/window/handles");
    return all.length;
  }

  /** Goes into a frame for what is asked there, and comes back to the page. */
  async inside<T>(css: string, ask: () => Promise<T>): Promise<T> {
    const frame = await this.script<object>(
      "return document.querySelector(arguments[0])",
      css,
    );
    await this.call("POST", "/frame", { id: frame });
    try {
      return await ask();
    } finally {
      await this.call("POST", "/frame", { id: null });
    }
  }

  /** Calls a command of the Rust side, as the page does. */
  async invoke(command: string, words: object = {}): Promise<Answered> {
    const name = `answer${String((this.asked += 1))}`;
    await this.script(
      `const [name, command, words] = arguments;
       window.__TAURI_INTERNALS__.invoke(command, words).then(
         (value) => { window[name] = { done: true, value }; },
         (why) => { window[name] = { done: false, why }; });`,
      name,
      command,
      words,
    );
    return this.until<Answered>(
      `${command} is answered`,
      "return window[arguments[0]]",
      name,
    );
  }

  private async call<T>(method: string, path: string, body?: object) {
    const answer = await fetch(this.base + this.session + path, {
      method,
      signal: AbortSignal.timeout(patience),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const { value } = (await answer.json()) as { value: T };
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
    return value;
  }

  /** Runs a piece of script in the page; `one` finds what is seen by selector and words. */
  script<T>(script: string, ...args: unknown[]): Promise<T> {
    const one = `const all = (css, words) => [...document.querySelectorAll(css)].filter((e) =>
      e.getClientRects().length > 0 && (!words || ((e.getAttribute("aria-label") ?? "") + " " +
      e.textContent).replace(/\\s+/g, " ").includes(words)));
      const one = (css, words) => all(css, words)[0] ?? null;`;
    return this.call("POST", "/execute/sync", {
      script: `${one}\n${script}`,
      args,
    });
  }

  /** Waits until the page answers yes. */
  until<T>(what: string, script: string, ...args: unknown[]): Promise<T> {
    const ask = () =>
      this.script<T>(script, ...args).catch((error: unknown) => {
        // Drawn anew while it was looked at: it is looked for again.
        if (String(error).includes("stale element")) return null;
        throw error;
      });
    return until(what, ask).catch(async (error: unknown) => {
      await this.picture("failed").catch(() => undefined);
      throw error;
    });
  }

  /** Waits for something that is seen, and answers with it. */
  async sees(css: string, words = ""): Promise<string> {
    const what = words ? `"${words}" is seen in ${css}` : `${css} is seen`;
    const found = await this.until<Record<string, string>>(
      what,
      "return one(...arguments)",
      css,
      words,
    );
    return found[element] ?? "";
  }

  /** Waits until something is seen no more. */
  async misses(css: string, words = ""): Promise<void> {
    const gone = "return one(...arguments) === null";
    await this.until(`${words || css} is gone`, gone, css, words);
  }

  async click(css: string, words = ""): Promise<void> {
    await until(`${words || css} can be pressed`, async () => {
      const found = await this.sees(css, words);
      // What is still on its way to its place would be missed.
      if (!(await this.stands(css, words))) return false;
      if (await this.takes(`/element/${found}/click`, {})) return true;
      // WebKit's driver leaves an element where it is that a row of pixels of can be seen.
      const centre = "one(...arguments)?.scrollIntoView({ block: 'center' })";
      await this.script(centre, css, words);
      return false;
    });
  }

  /** Whether a page took it; one that is still being drawn does not, and nothing has happened then. */
  private async takes(path: string, body: object): Promise<boolean> {
    try {
      await this.call("POST", path, body);
      return true;
    } catch (error) {
      if (/not interactable|stale|intercepted/.test(String(error)))
        return false;
      throw error;
    }
  }

  /** Whether something stays where it is for a moment. */
  private async stands(css: string, words: string): Promise<boolean> {
    const place = () =>
      this.script<string>(
        `const at = one(...arguments)?.getBoundingClientRect();
         return at ? [at.x, at.y, at.width, at.height].join() : "";`,
        css,
        words,
      );
    const before = await place();
    await new Promise((go) => setTimeout(go, 120));
    return before !== "" && before === (await place());
  }

  async type(css: string, text: string): Promise<void> {
    await until(`${css} can be typed into`, async () => {
      const field = `/element/${await this.sees(css)}`;
      if (!(await this.takes(`${field}/clear`, {}))) return false;
      return this.takes(`${field}/value`, { text });
    });
  }

  /** Presses keys one after the other; `Control+k` holds the first. */
  async press(...chords: string[]): Promise<void> {
    for (const chord of chords) {
      const held = chord
        .split("+")
        .map((key) => keys[key as keyof typeof keys] ?? key);
      await this.call("POST", "/actions", {
        actions: [
          {
            type: "key",
            id: "keyboard",
            actions: [
              ...held.map((value) => ({ type: "keyDown", value })),
              ...held.reverse().map((value) => ({ type: "keyUp", value })),
            ],
          },
        ],
      });
    }
  }

  /** Keeps a picture, to be looked at. */
  async picture(name: string): Promise<void> {
    // In the renderer of the tests a still page gives no picture: something very small has to move.
    await this.script(`const d = document.createElement("i"); let n = 0;
      Object.assign(d.style, {position: "fixed", right: 0, bottom: 0, width: "1px", height: "1px"});
      document.body.append(d);
      const move = () => { d.style.background = n++ % 2 ? "#fefefe" : "#fff";
        if (n < 120) requestAnimationFrame(move); else d.remove(); }; move();`);
    const picture = await this.call<string>("GET", "/screenshot");
    const folder = join(given("TUCO_FOR_HUBSPOT_PICTURES"), "window");
    const file = join(folder, `${name}.png`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.from(picture, "base64"));
  }
}

/** Joins a folder with services by the command, without a window. */
export async function connect(
  place: Place,
  services: Services,
  more: Record<string, string> = {},
): Promise<NodeJS.ProcessEnv> {
  const env = place.variables({
    ...more,
    HUBSPOT_API_URL: services.hubspot_url,
    TUCO_API_URL: services.tuco_url,
  });
  const keys = {
    HUBSPOT_TOKEN: services.hubspot_token,
    TUCO_API_KEY: services.tuco_api_key,
  };
  const program = given("TUCO_HUBSPOT_PROGRAM");
  const done = await run(program, ["connect"], { ...env, ...keys });
  if (done.code !== 0) throw new Error(done.said);
  return env;
}

/** A simulated HubSpot and Tuco in a process of their own. */
export interface Services {
  hubspot_url: string;
  tuco_url: string;
  hubspot_token: string;
  tuco_api_key: string;
  portal_id: number;
  hubspot_client_id: string;
  hubspot_client_secret: string;
  other_hubspot_token: string;
  other_portal_id: number;
  control<T>(path: string, body?: object): Promise<T>;
  end(): Promise<void>;
}

/** Another seed makes other people, and other keys. */
export async function startServices(
  contacts: number,
  seed = 1,
): Promise<Services> {
  const child = spawn(
    given("TUCO_HUBSPOT_PROGRAM"),
    [
      ...["sandbox", "--json", "--contacts", String(contacts)],
      ...["--seed", String(seed)],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let said = "";
  child.stdout.on("data", (part) => (said += String(part)));
  await until("the sandbox serves", () =>
    Promise.resolve(said.includes("\n") || child.exitCode !== null),
  );
  const known = JSON.parse(said) as Omit<Services, "control" | "end">;
  return {
    ...known,
    async control<T>(path: string, body?: object) {
      const answer = await fetch(`${known.tuco_url}/_sandbox/${path}`, {
        signal: AbortSignal.timeout(patience),
        ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
      });
      const told = (await answer.json()) as T;
      if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(told)}`);
      return told;
    },
    end: () => ended(child),
  };
}
