// The event that is open beside the list, and what a person may decide about it.
import type { Problem, Story } from "../../host";
import { asked, type Answer } from "../../frame/asked";
import type { Toasts } from "../../frame/toasts.svelte";
import type { ActivityHost } from "./host";
import { within } from "./words";

export type StoryState =
  | { state: "loading" }
  | { state: "ready"; story: Story }
  | { state: "error"; problem: Problem };

export type Action = "replay" | "link" | "retry" | "drop";

export class OpenStory {
  /** The event's id; none where nothing is open. */
  event = $state<number>();
  view = $state.raw<StoryState>({ state: "loading" });
  /** What is being done. */
  doing = $state<Action>();
  /** Why the last thing was not done. */
  problem = $state.raw<Problem | null>(null);
  readonly #host: ActivityHost;
  readonly #connection: number;
  readonly #toasts: Toasts;
  #asking = 0;

  constructor(host: ActivityHost, connection: number, toasts: Toasts) {
    this.#host = host;
    this.#connection = connection;
    this.#toasts = toasts;
  }

  /** Opens a story. The one before stays in sight until the answer is there. */
  async open(event: number): Promise<void> {
    if (event !== this.event) this.problem = null;
    this.event = event;
    await this.reload();
  }

  close(): void {
    this.event = undefined;
    this.problem = null;
    this.view = { state: "loading" };
    this.#asking += 1;
  }

  /** Something happened to events: what is open may have changed. */
  async reload(): Promise<void> {
    const { event } = this;
    if (event === undefined) return;
    this.#asking += 1;
    const mine = this.#asking;
    const answer = await asked(this.#host.eventStory(this.#connection, event));
    if (mine !== this.#asking) return;
    this.view =
      answer.status === "ok"
        ? { state: "ready", story: answer.data }
        : { state: "error", problem: answer.error };
  }

  replay(): Promise<boolean> {
    return this.#do(
      "replay",
      (event) => this.#host.replay(this.#connection, event),
      "It is looked at again with the settings of now.",
    );
  }

  link(contact: string, name: string): Promise<boolean> {
    return this.#do(
      "link",
      (event) =>
        this.#host.linkEventToContact(this.#connection, event, contact),
      `Linked to ${within(name)}. What waited for this person goes there too.`,
    );
  }

  retry(effect: number): Promise<boolean> {
    return this.#do(
      "retry",
      () => this.#host.retryParked(this.#connection, effect),
      "It is tried again in the next round.",
    );
  }

  drop(effect: number): Promise<boolean> {
    return this.#do(
      "drop",
      () => this.#host.dropParked(this.#connection, effect),
      "Let go. It stays in the log, and Replay brings it back.",
    );
  }

  async #do(
    action: Action,
    command: (event: number) => Promise<Answer<null>>,
    done: string,
  ): Promise<boolean> {
    const { event } = this;
    if (event === undefined || this.doing) return false;
    this.doing = action;
    this.problem = null;
    const answer = await asked(command(event));
    this.doing = undefined;
    if (answer.status === "error") {
      if (this.event === event) this.problem = answer.error;
      else this.#toasts.say(answer.error.message, { tone: "danger" });
      return false;
    }
    this.#toasts.say(done);
    if (this.event === event) await this.reload();
    return true;
  }
}
