// The settings of a connection and of the program. A change holds at once; one that is refused goes
// back to what holds, with the reason beside it.
import { asked, troubleOf } from "../../frame/asked";
import type { Feed } from "../../frame/feed.svelte";
import type {
  About,
  Host,
  MissingProperty,
  Preferences,
  Setting,
} from "../../host";
import type { ViewState } from "../../parts/View.svelte";

export type SettingsHost = Pick<
  Host,
  | "about"
  | "settings"
  | "changeSettings"
  | "missingProperties"
  | "createProperties"
  | "preferences"
  | "changePreferences"
>;

/** Everything that the screen shows. */
export interface Shown {
  settings: Setting[];
  missing: MissingProperty[];
  preferences: Preferences;
  /** Unknown where the program did not say. */
  about: About | undefined;
}

export class Settings {
  view = $state.raw<ViewState<Shown>>({ state: "loading" });
  /** What was refused, by the name of the setting. */
  refused = $state.raw<Record<string, string>>({});
  creating = $state(false);
  readonly #host: SettingsHost;
  #connection: number | undefined;

  constructor(host: SettingsHost, feed: Feed) {
    this.#host = host;
    feed.listen((news) => {
      if (news.what === "settings" && news.connection === this.#connection) {
        void this.refresh();
      }
    });
  }

  /** Another world: what was known is of no connection there is. */
  forget(): void {
    this.#connection = undefined;
    this.view = { state: "loading" };
  }

  show(connection: number): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.view = { state: "loading" };
    this.refused = {};
    void this.refresh();
  }

  async refresh(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    const [settings, preferences, missing, about] = await Promise.all([
      asked(this.#host.settings(connection)),
      asked(this.#host.preferences()),
      // HubSpot is asked for these: without a network the rest is shown all the same.
      asked(this.#host.missingProperties(connection)),
      this.#host.about().catch(() => undefined),
    ]);
    if (connection !== this.#connection) return;
    if (settings.status === "error" || preferences.status === "error") {
      const error =
        settings.status === "error"
          ? settings.error
          : preferences.status === "error"
            ? preferences.error
            : undefined;
      if (error) {
        this.view = {
          state: "error",
          trouble: troubleOf(error, "The settings could not be read"),
        };
      }
      return;
    }
    this.view = {
      state: "ready",
      data: {
        settings: settings.data,
        preferences: preferences.data,
        missing: missing.status === "ok" ? missing.data : [],
        about,
      },
    };
  }

  /** Changes one setting. Answers whether it holds. */
  async change(key: string, value: string): Promise<boolean> {
    if (this.#connection === undefined) return false;
    const answer = await asked(
      this.#host.changeSettings(this.#connection, [{ key, value }]),
    );
    const others = Object.fromEntries(
      Object.entries(this.refused).filter(([one]) => one !== key),
    );
    this.refused =
      answer.status === "error"
        ? { ...others, [key]: answer.error.message }
        : others;
    await this.refresh();
    return answer.status === "ok";
  }

  async prefer(more: Partial<Preferences>): Promise<boolean> {
    if (this.view.state !== "ready") return false;
    const { data } = this.view;
    const preferences = { ...data.preferences, ...more };
    const answer = await asked(this.#host.changePreferences(preferences));
    if (answer.status === "ok") {
      this.view = { state: "ready", data: { ...data, preferences } };
    }
    return answer.status === "ok";
  }

  /** Makes the missing properties in HubSpot. Answers with the problem, if there was one. */
  async createProperties(): Promise<string> {
    if (this.#connection === undefined) return "";
    this.creating = true;
    const answer = await asked(this.#host.createProperties(this.#connection));
    await this.refresh();
    this.creating = false;
    return answer.status === "error" ? answer.error.message : "";
  }
}
