// Where keys are kept: the keychain, a file that a passphrase opens, or nowhere but in memory.
import { asked } from "../../frame/asked";
import type { Feed } from "../../frame/feed.svelte";
import type { KeysKept } from "../../host";
import type { KeysHost } from "../connections/host";

/** Shorter ones are guessed. */
export const shortest = 12;

export class Keys {
  kept = $state.raw<KeysKept>();
  /** Somebody looks at the rest without unlocking. */
  later = $state(false);
  /** Somebody thinks of a passphrase for the file. */
  choosing = $state(false);
  busy = $state(false);
  problem = $state("");
  readonly #host: KeysHost;

  constructor(host: KeysHost, feed: Feed) {
    this.#host = host;
    feed.listen((news) => {
      if (["connections", "mode", "missed"].includes(news.what)) {
        void this.refresh();
      }
    });
  }

  async refresh(): Promise<void> {
    const answer = await asked(this.#host.keysKept());
    if (answer.status === "ok") this.kept = answer.data;
  }

  keepInFile(passphrase: string): Promise<boolean> {
    return this.#do(() => this.#host.keepInFile(passphrase));
  }

  keepInKeychain(): Promise<boolean> {
    return this.#do(() => this.#host.keepInKeychain());
  }

  unlock(passphrase: string): Promise<boolean> {
    return this.#do(() => this.#host.unlockKeys(passphrase));
  }

  /** The file is given up, and with it every key in it. */
  startOver(typed: string): Promise<boolean> {
    return this.#do(() => this.#host.startKeysOver(typed));
  }

  changePassphrase(old: string, next: string): Promise<boolean> {
    return this.#do(() => this.#host.changePassphrase(old, next));
  }

  async #do(
    command: () => ReturnType<KeysHost["unlockKeys"]>,
  ): Promise<boolean> {
    this.busy = true;
    this.problem = "";
    const answer = await asked(command());
    this.busy = false;
    if (answer.status === "error") this.problem = answer.error.message;
    await this.refresh();
    return answer.status === "ok";
  }
}
