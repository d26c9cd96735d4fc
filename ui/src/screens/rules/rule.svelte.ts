// One rule that is open: what is kept of it, what somebody is changing, and what the program says to
// that. A draft outlives the screen, for as long as the page does, so that leaving loses nothing.
import { asked, troubleOf } from "../../frame/asked";
import type { Problem } from "../../host";
import type { ViewState } from "../../parts/View.svelte";
import type {
  RuleChecked,
  RuleCount,
  RuleDraft,
  RuleOpened,
  RuleProblem,
  RulePart,
  RulesHost,
} from "./host";

/** A draft is looked at once the typing pauses; services are asked at a longer pause. */
const soon = 250;
const later = 1200;

interface Begun {
  draft: RuleDraft;
  basedOn: number;
}

const begun = $state<{ all: Record<string, Begun> }>({ all: {} });

export const nothing: RuleDraft = {
  name: "",
  about: "",
  order: 10,
  stop: false,
  trigger: null,
  condition: null,
  timing: {
    waitMinutes: 0,
    from: null,
    until: null,
    days: [],
    expiresMinutes: null,
  },
  actions: [],
  limits: { perPerson: "once", days: 30, mostADay: null },
};

export class OpenRule {
  view = $state.raw<ViewState<null>>({ state: "loading" });
  opened = $state.raw<RuleOpened>();
  checked = $state.raw<RuleChecked>();
  /** The check knows of services too, and not only of the draft itself. */
  asking = $state(false);
  count = $state.raw<RuleCount>();
  counting = $state(false);
  saving = $state(false);
  problem = $state.raw<Problem>();
  /** Grows where the draft became another one at once: fields that keep what is typed begin anew. */
  generation = $state(0);
  readonly id: number | null;
  readonly key: string;
  readonly draft = $derived.by<RuleDraft>(() => {
    const kept = begun.all[this.key];
    return kept?.draft ?? this.opened?.draft ?? nothing;
  });
  readonly changed = $derived.by(() => this.key in begun.all);
  readonly #host: RulesHost;
  readonly #connection: number;
  #turn = 0;
  #waits: ReturnType<typeof setTimeout>[] = [];

  constructor(host: RulesHost, connection: number, id: number | null) {
    this.#host = host;
    this.#connection = connection;
    this.id = id;
    this.key = keyOf(connection, id);
    if (id === null) {
      this.view = { state: "ready", data: null };
      this.#look();
    } else void this.read();
  }

  async read(): Promise<void> {
    if (this.id === null) return;
    const answer = await asked(this.#host.rule(this.#connection, this.id));
    if (answer.status === "ok") {
      this.#take(answer.data);
      this.#look();
    } else if (this.view.state !== "ready") {
      this.view = {
        state: "error",
        trouble: troubleOf(answer.error, "The rule can't be read"),
      };
    }
  }

  change(more: Partial<RuleDraft>): void {
    const draft = { ...this.draft, ...more };
    const basedOn = begun.all[this.key]?.basedOn ?? this.opened?.version ?? 0;
    this.problem = undefined;
    begun.all = { ...begun.all, [this.key]: { draft, basedOn } };
    this.#look();
  }

  discard(): void {
    forget(this.key);
    this.problem = undefined;
    this.generation += 1;
    this.#look();
  }

  /** Answers with what was kept; where it was not, `problem` says why and nothing is lost. */
  async save(): Promise<RuleOpened | undefined> {
    if (this.saving) return undefined;
    this.saving = true;
    const basedOn = begun.all[this.key]?.basedOn ?? this.opened?.version ?? 0;
    const answer = await asked(
      this.#host.saveRule(this.#connection, this.id, this.draft, basedOn),
    );
    this.saving = false;
    if (answer.status === "error") {
      this.problem = answer.error;
      return undefined;
    }
    forget(this.key);
    if (this.id !== null) {
      this.#take(answer.data);
      this.#look();
    }
    return answer.data;
  }

  /** Somebody else's version holds now: what is being typed is kept and put over it. */
  async overTheirs(): Promise<void> {
    if (this.id === null) return;
    const mine = this.draft;
    const answer = await asked(this.#host.rule(this.#connection, this.id));
    if (answer.status === "error") {
      this.problem = answer.error;
      return;
    }
    this.#take(answer.data);
    begun.all = {
      ...begun.all,
      [this.key]: { draft: mine, basedOn: answer.data.version },
    };
    this.problem = undefined;
    this.#look();
  }

  /** An earlier version was put back. */
  putBack(opened: RuleOpened): void {
    forget(this.key);
    this.#take(opened);
    this.#look();
  }

  /** What is wrong with one part of the draft. */
  problems(part: RulePart, path?: number[]): RuleProblem[] {
    return (this.checked?.problems ?? []).filter(
      (one) =>
        one.part === part &&
        (path === undefined || String(one.path) === String(path)),
    );
  }

  close(): void {
    this.#turn += 1;
    for (const wait of this.#waits) clearTimeout(wait);
  }

  #take(opened: RuleOpened): void {
    if (opened.version !== this.opened?.version) this.generation += 1;
    this.opened = opened;
    this.view = { state: "ready", data: null };
  }

  #look(): void {
    for (const wait of this.#waits) clearTimeout(wait);
    this.#turn += 1;
    const mine = this.#turn;
    this.count = undefined;
    this.counting = true;
    this.#waits = [
      setTimeout(() => void this.#check(mine, false), soon),
      setTimeout(() => {
        void this.#check(mine, true);
        void this.#count(mine);
      }, later),
    ];
  }

  async #check(mine: number, ask: boolean): Promise<void> {
    this.asking = ask;
    const answer = await asked(
      this.#host.checkRule(this.#connection, this.draft, ask),
    );
    if (mine !== this.#turn) return;
    if (ask) this.asking = false;
    if (answer.status === "ok") this.checked = answer.data;
  }

  async #count(mine: number): Promise<void> {
    const answer = await asked(
      this.#host.countRule(this.#connection, this.draft),
    );
    if (mine !== this.#turn) return;
    this.counting = false;
    this.count =
      answer.status === "ok"
        ? answer.data
        : { people: null, bound: "unknown", says: answer.error.message };
  }
}

function keyOf(connection: number, id: number | null): string {
  return `${String(connection)}:${id === null ? "new" : String(id)}`;
}

function forget(key: string): void {
  begun.all = Object.fromEntries(
    Object.entries(begun.all).filter(([one]) => one !== key),
  );
}

/** Begins a new rule with this draft, in the place of one that was begun before. */
export function begin(connection: number, draft: RuleDraft): void {
  begun.all = {
    ...begun.all,
    [keyOf(connection, null)]: { draft, basedOn: 0 },
  };
}

/** Whether something of a rule was changed and not kept. */
export function isBegun(connection: number, id: number | null): boolean {
  return keyOf(connection, id) in begun.all;
}
