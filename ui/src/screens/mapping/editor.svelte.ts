// The mapping while somebody edits it. Every change is kept by the program at once as a draft, so going
// away, closing or losing power loses nothing; nothing follows it until it is applied. What can be
// undone step by step is held here, as long as the screen is open.
import { asked, type Answer } from "../../frame/asked";
import type { Problem } from "../../host";
import type {
  Fields,
  MappingHost,
  MappingRow,
  MappingState,
  RecordName,
  RowProblem,
  Samples,
} from "./host";

export type EditorState =
  | { state: "loading" }
  | { state: "ready" }
  | { state: "error"; problem: Problem };

/** How long a pause in typing is. */
const pause = 200;
const mostSteps = 200;

export class Editor {
  state = $state.raw<EditorState>({ state: "loading" });
  rows = $state.raw<MappingRow[]>([]);
  /** What holds, with its version. */
  held = $state.raw<MappingState>();
  fields = $state.raw<Fields>();
  problems = $state.raw<RowProblem[]>([]);
  samples = $state.raw<Samples>();
  /** Why the draft could not be kept. */
  notKept = $state.raw<Problem | null>(null);
  reading = $state(false);
  past = $state.raw<MappingRow[][]>([]);
  future = $state.raw<MappingRow[][]>([]);
  /** The person whose values are shown; without one the program takes a good one. */
  record = $state.raw<RecordName | null>(null);

  readonly changed = $derived.by(() => {
    // Made anew each time, so they need not be watched.
    /* eslint-disable svelte/prefer-svelte-reactivity */
    const before = new Map(
      (this.held?.rows ?? []).map((row) => [row.id, JSON.stringify(row)]),
    );
    return new Set(
      this.rows
        .filter((row) => before.get(row.id) !== JSON.stringify(row))
        .map((row) => row.id),
    );
    /* eslint-enable svelte/prefer-svelte-reactivity */
  });
  readonly removed = $derived(
    (this.held?.rows ?? []).filter(
      (row) => !this.rows.some((one) => one.id === row.id),
    ).length,
  );
  readonly dirty = $derived(
    JSON.stringify(this.rows) !== JSON.stringify(this.held?.rows ?? []),
  );
  readonly blocking = $derived(
    this.problems.filter((one) => one.blocks).length,
  );

  readonly #host: MappingHost;
  readonly #connection: number;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  #last = "";
  #nextId = -1;
  #round = 0;

  constructor(host: MappingHost, connection: number) {
    this.#host = host;
    this.#connection = connection;
  }

  async open(): Promise<void> {
    this.state = { state: "loading" };
    const [mapping, fields] = await Promise.all([
      asked(this.#host.mapping(this.#connection)),
      asked(this.#host.fields(this.#connection)),
    ]);
    const no = [mapping, fields].find((one) => one.status === "error");
    if (no?.status === "error") {
      this.state = { state: "error", problem: no.error };
      return;
    }
    if (fields.status === "ok") this.fields = fields.data;
    if (mapping.status === "ok") this.take(mapping.data, false);
    this.state = { state: "ready" };
  }

  /** What the program says holds and is drafted. `step`: it can be undone here. */
  take(state: MappingState, step = true): void {
    const rows = state.draft ?? state.rows;
    if (step && JSON.stringify(rows) !== JSON.stringify(this.rows)) {
      this.#remember();
    }
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    this.held = state;
    this.rows = rows;
    this.problems = state.problems;
    this.notKept = null;
    this.#nextId = Math.min(-1, ...rows.map((row) => row.id - 1));
    void this.sample();
  }

  /** One change. Changes with the same `name`, one after the other, are undone together. */
  change(rows: MappingRow[], name = ""): void {
    if (!name || name !== this.#last) this.#remember();
    this.#last = name;
    this.future = [];
    this.rows = rows;
    this.#keepSoon();
  }

  update(id: number, more: Partial<MappingRow>, name = ""): void {
    this.change(
      this.rows.map((row) => (row.id === id ? { ...row, ...more } : row)),
      name && `${name} ${String(id)}`,
    );
  }

  /** A row after another one, else at the end. Its id. */
  add(after?: number, like?: MappingRow): number {
    const id = this.#nextId;
    this.#nextId -= 1;
    const row: MappingRow = like
      ? { ...like, id, lead: null }
      : {
          id,
          source: { of: "nothing" },
          lead: null,
          direction: "toTuco",
          transforms: [],
          conflict: "newest",
          required: false,
        };
    const at = this.rows.findIndex((one) => one.id === after);
    const place = at < 0 ? this.rows.length : at + 1;
    this.change(this.rows.toSpliced(place, 0, row));
    return id;
  }

  remove(id: number): void {
    this.change(this.rows.filter((row) => row.id !== id));
  }

  move(id: number, by: number): void {
    const at = this.rows.findIndex((row) => row.id === id);
    const row = this.rows[at];
    const to = at + by;
    if (!row || to < 0 || to >= this.rows.length) return;
    this.change(this.rows.toSpliced(at, 1).toSpliced(to, 0, row));
  }

  undo(): void {
    const rows = this.past.at(-1);
    if (!rows) return;
    this.past = this.past.slice(0, -1);
    this.future = [...this.future, this.rows];
    this.#last = "";
    this.rows = rows;
    this.#keepSoon();
  }

  redo(): void {
    const rows = this.future.at(-1);
    if (!rows) return;
    this.future = this.future.slice(0, -1);
    this.past = [...this.past, this.rows];
    this.#last = "";
    this.rows = rows;
    this.#keepSoon();
  }

  row(id: number | undefined): MappingRow | undefined {
    return this.rows.find((row) => row.id === id);
  }

  problemsOf(id: number): RowProblem[] {
    return this.problems.filter((one) => one.row === id);
  }

  /** Whoever leaves at once still finds the draft. */
  async settle(): Promise<void> {
    if (this.#keeping === undefined) return;
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    await this.#keep();
  }

  /** Applying and discarding answer with a state; so does whatever else makes a draft. */
  async follow(answer: Promise<Answer<MappingState>>): Promise<Problem | null> {
    const got = await asked(answer);
    if (got.status === "error") return got.error;
    this.take(got.data);
    return null;
  }

  async discard(): Promise<Problem | null> {
    clearTimeout(this.#keeping);
    this.#keeping = undefined;
    return this.follow(this.#host.discardDraft(this.#connection));
  }

  async readFields(): Promise<Problem | null> {
    this.reading = true;
    const answer = await asked(this.#host.readFields(this.#connection));
    this.reading = false;
    if (answer.status === "error") return answer.error;
    this.fields = answer.data;
    await this.#keep();
    return null;
  }

  /** Asks for the values of the person who is looked at. */
  async sample(): Promise<void> {
    this.#round += 1;
    const mine = this.#round;
    const answer = await asked(
      this.#host.sampleRows(this.#connection, this.rows, this.record),
    );
    if (mine === this.#round && answer.status === "ok") {
      this.samples = answer.data;
    }
  }

  async show(record: RecordName): Promise<void> {
    this.record = record;
    await this.sample();
  }

  #remember(): void {
    this.past = [...this.past.slice(-mostSteps), this.rows];
  }

  #keepSoon(): void {
    clearTimeout(this.#keeping);
    this.#keeping = setTimeout(() => {
      this.#keeping = undefined;
      void this.#keep();
    }, pause);
  }

  async #keep(): Promise<void> {
    const { rows } = this;
    const sampled = this.sample();
    // Back where it began: there is no draft any more.
    const answer = this.dirty
      ? await asked(this.#host.keepDraft(this.#connection, rows))
      : await this.#forget();
    await sampled;
    if (this.rows !== rows) return;
    if (answer.status === "ok") {
      this.problems = answer.data;
      this.notKept = null;
    } else this.notKept = answer.error;
  }

  async #forget(): Promise<Answer<RowProblem[]>> {
    const answer = await asked(this.#host.discardDraft(this.#connection));
    return answer.status === "ok"
      ? { status: "ok", data: answer.data.problems }
      : answer;
  }
}
