// A session bus and a keychain that a test can take away and bring back.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ended, run, until, type Place } from "./driver";

// Without folders of services: nobody starts another keychain when this one is gone.
const config = (folder: string) => `<!DOCTYPE busconfig PUBLIC
  "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=${folder}/bus</listen>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

export class Keychain {
  private daemon: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly bus: ChildProcess,
  ) {}

  static async open(place: Place): Promise<Keychain> {
    const folder = join(place.folder, "session");
    for (const name of ["", "data", "run", "config", "cache"]) {
      mkdirSync(join(folder, name), { mode: 0o700 });
    }
    const file = join(folder, "bus.conf");
    writeFileSync(file, config(folder));
    const bus = spawn(
      "setpriv",
      [
        "--pdeathsig",
        "TERM",
        "dbus-daemon",
        "--nofork",
        "--nopidfile",
        `--config-file=${file}`,
      ],
      { stdio: "ignore" },
    );
    const keychain = new Keychain(folder, bus);
    await keychain.back();
    return keychain;
  }

  /** What a program must be given to find it. */
  variables(): Record<string, string> {
    return {
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${this.folder}/bus`,
    };
  }

  /** Brings it back, with what it held. */
  async back(): Promise<void> {
    const env = {
      ...process.env,
      ...this.variables(),
      HOME: this.folder,
      XDG_DATA_HOME: join(this.folder, "data"),
      XDG_RUNTIME_DIR: join(this.folder, "run"),
      XDG_CONFIG_HOME: join(this.folder, "config"),
      XDG_CACHE_HOME: join(this.folder, "cache"),
    };
    await until("the bus answers", () => this.asks("org.freedesktop.DBus"));
    this.daemon = spawn(
      "setpriv",
      [
        "--pdeathsig",
        "TERM",
        "gnome-keyring-daemon",
        "--foreground",
        "--unlock",
        "--components=secrets",
      ],
      { env, stdio: ["pipe", "ignore", "ignore"] },
    );
    this.daemon.stdin?.end("a password for tests\n");
    await until("the keychain answers", () =>
      this.asks("org.freedesktop.secrets"),
    );
  }

  /** Takes it away, as where it crashes. */
  async gone(): Promise<void> {
    if (this.daemon) {
      this.daemon.kill("SIGKILL");
      await ended(this.daemon);
    }
    await until(
      "the keychain is gone",
      async () => !(await this.asks("org.freedesktop.secrets")),
    );
  }

  async end(): Promise<void> {
    if (this.daemon) await ended(this.daemon);
    await ended(this.bus);
  }

  /** Whether somebody has this name. */
  private async asks(name: string): Promise<boolean> {
    const words = ["--session", "--print-reply"];
    const bus = "org.freedesktop.DBus";
    const call = [`--dest=${bus}`, "/org/freedesktop/DBus"];
    const answer = await run(
      "dbus-send",
      [...words, ...call, `${bus}.NameHasOwner`, `string:${name}`],
      { ...process.env, ...this.variables() },
    );
    return answer.code === 0 && answer.said.includes("boolean true");
  }
}
