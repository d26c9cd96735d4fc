// The connections as the frame knows them, and which one is looked at.
import type { ConnectionState, FrameSource } from "./state";

export class Connections {
  all = $state.raw<ConnectionState[]>([]);
  known = $state<"loading" | "ready" | "error">("loading");
  chosenId = $state<number>();
  readonly chosen = $derived(
    this.all.find((one) => one.id === this.chosenId) ?? this.all[0],
  );
  readonly #source: FrameSource;
  #stop: (() => void) | undefined;

  constructor(source: FrameSource) {
    this.#source = source;
  }

  /** Subscribes, then asks: nothing can change unseen in between. */
  async start(): Promise<void> {
    this.#stop = await this.#source.onChange(() => void this.refresh());
    await this.refresh();
  }

  async refresh(): Promise<void> {
    try {
      this.all = await this.#source.connections();
      this.known = "ready";
    } catch {
      // What was known stays on screen; only a page that knows nothing says so.
      if (this.known !== "ready") this.known = "error";
    }
  }

  stop(): void {
    this.#stop?.();
  }

  choose(id: number): void {
    this.chosenId = id;
  }

  async syncNow(): Promise<void> {
    if (this.chosen) await this.#source.syncNow(this.chosen.id);
  }

  async pause(paused: boolean): Promise<void> {
    if (!this.chosen) return;
    await this.#source.pause(this.chosen.id, paused);
    await this.refresh();
  }
}
