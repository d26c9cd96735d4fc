// Writing what is filtered to a file, with how far it is and a way to stop it.
import type { Filter, Problem } from "../../host";
import { asked } from "../../frame/asked";
import type { ActivityHost, Exported, ExportProgress } from "./host";

export type ExportState =
  | { state: "idle" }
  | { state: "running"; progress: ExportProgress; stopping: boolean }
  | { state: "done"; exported: Exported }
  | { state: "failed"; problem: Problem };

type ExportHost = Pick<ActivityHost, "exportLog" | "cancelExport">;

export class Export {
  now = $state.raw<ExportState>({ state: "idle" });
  readonly #host: ExportHost;
  readonly #connection: number;

  constructor(host: ExportHost, connection: number) {
    this.#host = host;
    this.#connection = connection;
  }

  get possible(): boolean {
    return this.#host.exportLog !== undefined;
  }

  async start(filter: Filter): Promise<void> {
    const { exportLog } = this.#host;
    if (!exportLog || this.now.state === "running") return;
    this.now = {
      state: "running",
      progress: { rows: 0, total: null },
      stopping: false,
    };
    const answer = await asked(
      exportLog(this.#connection, filter, (progress) => {
        if (this.now.state === "running") this.now = { ...this.now, progress };
      }),
    );
    if (answer.status === "ok") {
      this.now = answer.data
        ? { state: "done", exported: answer.data }
        : { state: "idle" };
    } else if (answer.error.code === "cancelled") this.now = { state: "idle" };
    else this.now = { state: "failed", problem: answer.error };
  }

  async cancel(): Promise<void> {
    if (this.now.state !== "running") return;
    this.now = { ...this.now, stopping: true };
    await this.#host.cancelExport?.(this.#connection);
  }

  close(): void {
    if (this.now.state !== "running") this.now = { state: "idle" };
  }
}
