// A mapping as a file: given out for other connections and the command line, and taken in as a draft.
import { asked } from "../../frame/asked";
import type { Toasts } from "../../frame/toasts.svelte";
import { counted } from "../../parts/words";
import type { Editor } from "./editor.svelte";
import type { Imported, MappingHost } from "./host";

export class Files {
  /** A file that was refused, with every line that is wrong. */
  refused = $state.raw<Extract<Imported, { result: "refused" }>>();
  readonly #host: MappingHost;
  readonly #connection: number;
  readonly #editor: Editor;
  readonly #toasts: Toasts;

  constructor(
    host: MappingHost,
    connection: number,
    editor: Editor,
    toasts: Toasts,
  ) {
    this.#host = host;
    this.#connection = connection;
    this.#editor = editor;
    this.#toasts = toasts;
  }

  async take(): Promise<void> {
    await this.#editor.settle();
    const answer = await asked(this.#host.importMapping(this.#connection));
    if (answer.status === "error") {
      if (answer.error.code !== "cancelled") {
        this.#toasts.say(answer.error.message, { tone: "danger" });
      }
      return;
    }
    const imported = answer.data;
    if (imported.result === "refused") {
      this.refused = imported;
      return;
    }
    this.refused = undefined;
    this.#editor.take(imported.state);
    this.#toasts.say(
      `${counted(imported.rows, "row")} from ${imported.file} are the draft now.`,
      { undo: () => this.#editor.undo() },
    );
  }

  async give(): Promise<void> {
    await this.#editor.settle();
    const answer = await asked(this.#host.exportMapping(this.#connection));
    if (answer.status === "ok") {
      this.#toasts.say(`The mapping is in ${answer.data.path}.`);
    } else if (answer.error.code !== "cancelled") {
      this.#toasts.say(answer.error.message, { tone: "danger" });
    }
  }
}
