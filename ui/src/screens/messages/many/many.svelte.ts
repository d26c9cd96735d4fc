// One message to many people. What is being prepared is kept while the page lives; a dry run holds for
// exactly what it was made of, so every change lets it go.
import { asked, troubleOf } from "../../../frame/asked";
import type { Feed } from "../../../frame/feed.svelte";
import type { Problem } from "../../../host";
import type { ViewState } from "../../../parts/View.svelte";
import type {
  Audience,
  CheckedFile,
  ManyDryRun,
  HeardNews,
  ManyDraft,
  ManyFilter,
  ManyHost,
  ManyRow,
  Run,
} from "../host";
import { Paged } from "../paged";

/** Over so many people the portal's words have to be typed. */
export interface Preparing {
  draft: ManyDraft;
  /** How the audience is named on screen. */
  named: string;
  file: CheckedFile | undefined;
}

function begin(): Preparing {
  return {
    draft: {
      name: "",
      audience: { from: "list", list: "" },
      way: "auto",
      line: { line: "auto" },
      text: "",
      attachments: [],
      at: null,
      fallback: "nothing",
      template: null,
      filled: [],
    },
    named: "",
    file: undefined,
  };
}

/** By connection; it outlives the screen. */
const begun = $state<{ all: Record<number, Preparing> }>({ all: {} });

/** Whether it says who. */
export function names(audience: Audience): boolean {
  switch (audience.from) {
    case "list":
      return audience.list !== "";
    case "search":
      return audience.words.trim().length >= 2;
    case "file":
      return audience.file > 0;
    case "picked":
      return audience.contacts.length > 0;
  }
}

export class Many {
  view = $state.raw<ViewState<Run[]>>({ state: "loading" });
  dry = $state.raw<ManyDryRun>();
  /** How far the dry run is. */
  looking = $state.raw<{ people: number; of: number | null }>();
  problem = $state.raw<Problem>();
  /** A run of which something was asked that is not answered yet. */
  busy = $state<number>();
  /** Grows whenever rows may have changed. */
  version = $state(0);
  readonly #host: ManyHost;
  readonly #connection: number;
  readonly #stop: () => void;
  #turn = 0;

  constructor(host: ManyHost, connection: number, feed: Feed) {
    this.#host = host;
    this.#connection = connection;
    this.#stop = feed.listen((news: HeardNews) => {
      if (
        news.what === "missed" ||
        (news.what === "runs" && news.connection === connection)
      ) {
        this.version += 1;
        void this.refresh();
      }
    });
    void this.refresh();
  }

  close(): void {
    this.#stop();
    this.#turn += 1;
  }

  get runs(): Run[] {
    return this.view.state === "ready" ? this.view.data : [];
  }

  get preparing(): Preparing {
    return begun.all[this.#connection] ?? begin();
  }

  async refresh(): Promise<void> {
    const answer = await asked(this.#host.runs(this.#connection));
    if (answer.status === "ok") {
      this.view =
        answer.data.length === 0
          ? { state: "empty" }
          : { state: "ready", data: answer.data };
    } else if (this.view.state !== "ready") {
      this.view = {
        state: "error",
        trouble: troubleOf(answer.error, "The runs could not be read"),
      };
    }
  }

  change(more: Partial<ManyDraft>, rest: Partial<Preparing> = {}): void {
    const before = this.preparing;
    begun.all = {
      ...begun.all,
      [this.#connection]: {
        ...before,
        ...rest,
        draft: { ...before.draft, ...more },
      },
    };
    this.#forgetDry();
  }

  startOver(): void {
    begun.all = { ...begun.all, [this.#connection]: begin() };
    this.#forgetDry();
  }

  #forgetDry(): void {
    this.#turn += 1;
    this.dry = undefined;
    this.looking = undefined;
    this.problem = undefined;
  }

  async chooseFile(): Promise<void> {
    const answer = await asked(this.#host.chooseContactFile(this.#connection));
    if (answer.status === "ok") {
      this.change(
        { audience: { from: "file", file: answer.data.file } },
        { file: answer.data, named: answer.data.name },
      );
    } else if (answer.error.code !== "cancelled") this.problem = answer.error;
  }

  /** Looks at everybody; nothing is sent. */
  async lookAtAll(): Promise<void> {
    this.#forgetDry();
    const mine = this.#turn;
    this.looking = { people: 0, of: null };
    const answer = await asked(
      this.#host.dryRun(this.#connection, this.preparing.draft, (looked) => {
        if (mine === this.#turn) this.looking = looked;
      }),
    );
    if (mine !== this.#turn) return;
    this.looking = undefined;
    if (answer.status === "ok") this.dry = answer.data;
    else this.problem = answer.error;
  }

  rows(run: number, filter: ManyFilter): Paged<ManyRow> {
    return new Paged(async (from, limit) => {
      const page = await asked(
        this.#host.manyRows(this.#connection, run, filter, from, limit),
      );
      if (page.status === "error") throw new Error(page.error.code);
      return page.data.rows;
    });
  }

  async total(run: number, filter: ManyFilter): Promise<number | undefined> {
    const page = await asked(
      this.#host.manyRows(this.#connection, run, filter, 0, 1),
    );
    return page.status === "ok" ? page.data.total : undefined;
  }

  /** Starts what the dry run listed. Answers with the run. */
  async start(typed: string): Promise<Run | undefined> {
    const { dry } = this;
    if (!dry || this.busy !== undefined) return undefined;
    const run = await this.#about(dry.run, (id) =>
      this.#host.startRun(this.#connection, id, typed),
    );
    if (run) this.startOver();
    return run;
  }

  pause(run: number): Promise<Run | undefined> {
    return this.#about(run, (id) => this.#host.pauseRun(this.#connection, id));
  }

  resume(run: number): Promise<Run | undefined> {
    return this.#about(run, (id) => this.#host.resumeRun(this.#connection, id));
  }

  cancel(run: number): Promise<Run | undefined> {
    return this.#about(run, (id) => this.#host.cancelRun(this.#connection, id));
  }

  async export(run: number): Promise<{ path: string } | Problem> {
    const answer = await asked(this.#host.exportRun(this.#connection, run));
    return answer.status === "ok" ? answer.data : answer.error;
  }

  async #about(
    run: number,
    ask: (run: number) => ReturnType<ManyHost["pauseRun"]>,
  ): Promise<Run | undefined> {
    this.busy = run;
    this.problem = undefined;
    const answer = await asked(ask(run));
    this.busy = undefined;
    if (answer.status === "error") {
      this.problem = answer.error;
      return undefined;
    }
    this.version += 1;
    await this.refresh();
    return answer.data;
  }
}
