// Filters that were kept under a name.
import type { Filter, KeptView, Problem } from "../../host";
import { asked } from "../../frame/asked";
import { queryOf } from "../../frame/activity-filter";
import type { ActivityHost } from "./host";

type ViewsHost = Pick<ActivityHost, "keptViews" | "keepView" | "forgetView">;

export class KeptViews {
  all = $state.raw<KeptView[]>([]);
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  readonly #host: ViewsHost;
  readonly #connection: number;

  constructor(host: ViewsHost, connection: number) {
    this.#host = host;
    this.#connection = connection;
  }

  async refresh(): Promise<void> {
    const answer = await asked(this.#host.keptViews(this.#connection));
    if (answer.status === "ok") this.all = answer.data;
    else this.problem = answer.error;
  }

  /** The kept view that a filter is, if it is one. */
  named(filter: Filter): KeptView | undefined {
    return this.all.find((view) => sameFilter(view.filter, filter));
  }

  keep(name: string, filter: Filter): Promise<boolean> {
    return this.#do(async () => {
      const answer = await asked(
        this.#host.keepView(this.#connection, name, filter),
      );
      return answer.status === "ok" ? null : answer.error;
    });
  }

  /** Keeps it under the new name, and only then forgets the old one: a crash leaves both, never none. */
  rename(view: KeptView, name: string): Promise<boolean> {
    if (name.trim() === view.name) return Promise.resolve(true);
    return this.#do(async () => {
      const kept = await asked(
        this.#host.keepView(this.#connection, name, view.filter),
      );
      if (kept.status === "error") return kept.error;
      const gone = await asked(
        this.#host.forgetView(this.#connection, view.id),
      );
      return gone.status === "ok" ? null : gone.error;
    });
  }

  forget(view: KeptView): Promise<boolean> {
    return this.#do(async () => {
      const answer = await asked(
        this.#host.forgetView(this.#connection, view.id),
      );
      return answer.status === "ok" ? null : answer.error;
    });
  }

  async #do(command: () => Promise<Problem | null>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = await command();
    const { problem } = this;
    await this.refresh();
    this.problem = problem ?? this.problem;
    this.busy = false;
    return problem === null;
  }
}

/** Whether two filters let the same rows through. */
export function sameFilter(one: Filter, other: Filter): boolean {
  const sorted = (filter: Filter): string =>
    JSON.stringify(
      queryOf({
        ...filter,
        search: filter.search.trim(),
        kinds: [...filter.kinds].sort(),
        stages: [...filter.stages].sort(),
        reasons: [...filter.reasons].sort(),
      }),
    );
  return sorted(one) === sorted(other);
}
