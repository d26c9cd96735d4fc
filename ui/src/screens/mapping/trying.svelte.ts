// Trying the mapping on one real record: whom, what would happen on both sides, and writing just this one.
// The trial follows the draft, so a change is seen at once; nothing is written before somebody says so.
import { asked } from "../../frame/asked";
import type { Problem } from "../../host";
import type { Editor } from "./editor.svelte";
import type { FoundRecord, MappingHost, Trial } from "./host";

export type Finding =
  | { state: "idle" }
  | { state: "asking" }
  | { state: "found"; records: FoundRecord[] }
  | { state: "error"; problem: Problem };

const pause = 250;

export class Trying {
  words = $state("");
  finding = $state.raw<Finding>({ state: "idle" });
  record = $state.raw<FoundRecord>();
  trial = $state.raw<Trial>();
  asking = $state(false);
  problem = $state.raw<Problem>();
  writing = $state(false);
  readonly editor: Editor;
  readonly #host: MappingHost;
  readonly #connection: number;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #search = 0;
  #round = 0;

  constructor(host: MappingHost, connection: number, editor: Editor) {
    this.#host = host;
    this.#connection = connection;
    this.editor = editor;
  }

  type(words: string): void {
    this.words = words;
    clearTimeout(this.#waiting);
    this.#search += 1;
    if (words.trim().length < 2) {
      this.finding = { state: "idle" };
      return;
    }
    if (this.finding.state !== "found") this.finding = { state: "asking" };
    this.#waiting = setTimeout(() => void this.find(), pause);
  }

  async find(): Promise<void> {
    clearTimeout(this.#waiting);
    this.#search += 1;
    const mine = this.#search;
    const answer = await asked(
      this.#host.findRecords(this.#connection, this.words.trim()),
    );
    if (mine !== this.#search) return;
    this.finding =
      answer.status === "ok"
        ? { state: "found", records: answer.data }
        : { state: "error", problem: answer.error };
  }

  async choose(record: FoundRecord): Promise<void> {
    this.record = record;
    this.words = "";
    this.finding = { state: "idle" };
    this.trial = undefined;
    void this.editor.show({ of: record.of, id: record.id });
    await this.look();
  }

  /** Another one is wished for. */
  forget(): void {
    this.#round += 1;
    this.record = undefined;
    this.trial = undefined;
    this.problem = undefined;
    this.asking = false;
  }

  /** Asks what would happen; what was shown stays until the answer is there. */
  async look(): Promise<void> {
    const { record } = this;
    if (!record) return;
    this.#round += 1;
    const mine = this.#round;
    this.asking = true;
    const answer = await asked(
      this.#host.tryMapping(this.#connection, this.editor.rows, {
        of: record.of,
        id: record.id,
      }),
    );
    if (mine !== this.#round) return;
    this.asking = false;
    this.problem = answer.status === "error" ? answer.error : undefined;
    if (answer.status === "ok") this.trial = answer.data;
  }

  /** Writes what the trial shows to one side of this record. What was done, in words. */
  async write(side: "contact" | "lead"): Promise<string> {
    const { record } = this;
    if (!record || this.writing) return "";
    this.writing = true;
    const answer = await asked(
      this.#host.writeOne(
        this.#connection,
        this.editor.rows,
        { of: record.of, id: record.id },
        side,
      ),
    );
    this.writing = false;
    if (answer.status === "error") {
      this.problem = answer.error;
      return "";
    }
    await this.look();
    return answer.data;
  }
}
