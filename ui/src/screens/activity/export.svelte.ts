// Writing what is filtered to a file, with how far it is and a way to stop it.
import type { Exported, ExportProgress, Filter, Problem } from "../../host";
import { asked } from "../../frame/asked";
import type { ActivityHost } from "./host";

export type ExportState =
  | { state: "idle" }
  | { state: "running"; progress: ExportProgress; stopping: boolean }
  | { state: "done"; exported: Exported }
  | { state: "failed"; problem: Problem };

type ExportHost = Pick<ActivityHost, "exportCsv" | "cancelExport">;

export class Export {
  now = $state.raw<ExportState>({ state: "idle" });
  readonly #host: ExportHost;
  readonly #connection: number;

  constructor(host: ExportHost, connection: number) {
    this.#host = host;
    this.#connection = connection;
  }

  async start(filter: Filter): Promise<void> {
    if (this.now.state === "running") return;
    this.now = {
      state: "running",
      progress: { rows: 0, of: null },
      stopping: false,
    };
    const answer = await asked(
      this.#host.exportCsv(this.#connection, filter, (progress) => {
        if (this.now.state === "running") this.now = { ...this.now, progress };
      }),
    );
    if (answer.status === "ok") {
      this.now = { state: "done", exported: answer.data };
    } else if (answer.error.code === "cancelled") this.now = { state: "idle" };
    else this.now = { state: "failed", problem: answer.error };
  }

  async cancel(): Promise<void> {
    if (this.now.state !== "running") return;
    this.now = { ...this.now, stopping: true };
    await asked(this.#host.cancelExport());
  }

  close(): void {
    if (this.now.state !== "running") this.now = { state: "idle" };
  }
}
