// The rules of a connection as the list draws them, and what is done to one of them: on, off, another
// place, away and back.
import { asked, troubleOf } from "../../frame/asked";
import type { Toasts } from "../../frame/toasts.svelte";
import type { ViewState } from "../../parts/View.svelte";
import { counted } from "../../parts/words";
import type {
  RuleExample,
  RuleProblem,
  RulesHost,
  RuleShown,
  RulesShown,
  RulesTaken,
} from "./host";

/** What stands between a rule and being on. */
export type Hindrance =
  | { is: "none" }
  /** So many people on the busiest day: the number is to be typed. */
  | { is: "confirm"; rule: number; name: string; people: number }
  | { is: "notReady"; rule: number; name: string; problems: RuleProblem[] };

export class Rules {
  view = $state.raw<ViewState<RulesShown>>({ state: "loading" });
  examples = $state.raw<RuleExample[]>([]);
  /** Rules of which something is being asked. */
  busy = $state.raw<number[]>([]);
  hindrance = $state.raw<Hindrance>({ is: "none" });
  readonly shown = $derived(
    this.view.state === "ready" ? this.view.data : undefined,
  );
  readonly all = $derived(this.shown?.rules ?? []);
  readonly #host: RulesHost;
  readonly #connection: number;
  readonly #toasts: Toasts;

  constructor(host: RulesHost, connection: number, toasts: Toasts) {
    this.#host = host;
    this.#connection = connection;
    this.#toasts = toasts;
  }

  async refresh(): Promise<void> {
    const answer = await asked(this.#host.rules(this.#connection));
    if (answer.status === "ok") this.#take(answer.data);
    else if (!this.shown) {
      this.view = {
        state: "error",
        trouble: troubleOf(answer.error, "The rules can't be read"),
      };
    }
  }

  async readExamples(): Promise<void> {
    const answer = await asked(this.#host.ruleExamples(this.#connection));
    if (answer.status === "ok") this.examples = answer.data;
  }

  /** Turns one on. Whether it is; else `hindrance` says what is to be done first. */
  async turnOn(
    rule: Pick<RuleShown, "id" | "name">,
    typed: number | null = null,
  ): Promise<boolean> {
    const { id, name } = rule;
    const answer = await this.#of(id, () =>
      this.#host.turnOnRule(this.#connection, id, typed),
    );
    if (!answer) return false;
    await this.refresh();
    if (answer.is === "confirm") {
      this.hindrance = { is: "confirm", rule: id, name, people: answer.people };
    } else if (answer.is === "notReady") {
      this.hindrance = {
        is: "notReady",
        rule: id,
        name,
        problems: answer.problems,
      };
    } else {
      this.hindrance = { is: "none" };
      this.#toasts.say(
        `“${name}” is on. What happens from now on sets it off.`,
      );
    }
    return answer.is === "on";
  }

  async turnOff(rule: Pick<RuleShown, "id" | "name">): Promise<boolean> {
    const { id, name } = rule;
    const left = await this.#of(id, () =>
      this.#host.turnOffRule(this.#connection, id),
    );
    if (left === undefined) return false;
    await this.refresh();
    this.#toasts.say(
      left > 0
        ? `“${name}” is off. ${counted(left, "run")} that waited ${left === 1 ? "is" : "are"} not done.`
        : `“${name}” is off.`,
    );
    return true;
  }

  /** Runs one on those who fit it now. Whether that has begun. */
  async backfill(
    rule: Pick<RuleShown, "id" | "name">,
    typed: number | null,
  ): Promise<boolean> {
    const { id, name } = rule;
    const answer = await this.#of(id, () =>
      this.#host.backfillRule(this.#connection, id, typed),
    );
    if (!answer) return false;
    await this.refresh();
    if (answer.is === "begun") {
      this.#toasts.say(
        `“${name}” is run on ${counted(answer.people, "person", "people")}.`,
      );
    } else {
      this.#toasts.say(
        answer.is === "nobody"
          ? "Nobody fits it any more. Nothing was begun."
          : `They are ${counted(answer.people, "person", "people")} now. Nothing was begun.`,
      );
    }
    return answer.is === "begun";
  }

  async stopBackfill(rule: Pick<RuleShown, "id" | "name">): Promise<void> {
    const left = await this.#of(rule.id, () =>
      this.#host.stopBackfill(this.#connection, rule.id),
    );
    if (left === undefined) return;
    await this.refresh();
    this.#toasts.say(
      `It ended. ${counted(left, "person", "people")} ${left === 1 ? "was" : "were"} not looked at.`,
    );
  }

  async remove(rule: Pick<RuleShown, "id" | "name">): Promise<boolean> {
    const { id, name } = rule;
    const done = await this.#of(id, () =>
      this.#host.removeRule(this.#connection, id),
    );
    if (done === undefined) return false;
    await this.refresh();
    this.#toasts.say(`“${name}” was deleted.`, {
      undo: () => void this.#bringBack(id),
    });
    return true;
  }

  async #bringBack(id: number): Promise<void> {
    const done = await this.#of(id, () =>
      this.#host.bringBackRule(this.#connection, id),
    );
    if (done !== undefined) {
      this.#toasts.say("It is back, and off.");
      await this.refresh();
    }
  }

  /** Puts a rule at another place. The list shows it at once. */
  async move(id: number, to: number): Promise<void> {
    const { shown } = this;
    if (!shown) return;
    const from = shown.rules.findIndex((one) => one.id === id);
    const rule = shown.rules[from];
    if (!rule || to < 0 || to >= shown.rules.length || to === from) return;
    const rules = shown.rules.filter((one) => one.id !== id);
    rules.splice(to, 0, rule);
    this.view = { state: "ready", data: { ...shown, rules } };
    const answer = await asked(
      this.#host.orderRules(
        this.#connection,
        rules.map((one) => one.id),
      ),
    );
    if (answer.status === "ok") this.#take(answer.data);
    else {
      this.#toasts.say(answer.error.message, { tone: "danger" });
      await this.refresh();
    }
  }

  async pauseAll(paused: boolean): Promise<void> {
    const answer = await asked(this.#host.pauseRules(this.#connection, paused));
    if (answer.status === "error") {
      this.#toasts.say(answer.error.message, { tone: "danger" });
    } else if (paused) {
      this.#toasts.say("All rules are paused. Nothing sets them off.", {
        undo: () => void this.pauseAll(false),
      });
    } else {
      this.#toasts.say(
        "The rules go on. What happened meanwhile sets nothing off.",
      );
    }
    await this.refresh();
  }

  async import(): Promise<void> {
    const answer = await asked(this.#host.importRules(this.#connection));
    if (answer.status === "ok") this.#sayTaken(answer.data);
    else if (answer.error.code !== "cancelled") {
      this.#toasts.say(answer.error.message, { tone: "danger" });
    }
    await this.refresh();
  }

  /** Takes the rules of a text, all or none; what is wrong, in words, or nothing. */
  async take(text: string): Promise<string> {
    const answer = await asked(this.#host.takeRules(this.#connection, text));
    if (answer.status === "error") return answer.error.message;
    this.#sayTaken(answer.data);
    await this.refresh();
    return "";
  }

  #sayTaken({ read, changed }: RulesTaken): void {
    this.#toasts.say(
      changed > 0
        ? `${counted(read, "rule")} read, ${String(changed)} new or changed. Those are off until you turn them on.`
        : `${counted(read, "rule")} read. Nothing is different.`,
    );
  }

  async export(): Promise<void> {
    const answer = await asked(this.#host.exportRules(this.#connection));
    if (answer.status === "ok") {
      this.#toasts.say(`Written to ${answer.data.path}.`);
    } else if (answer.error.code !== "cancelled") {
      this.#toasts.say(answer.error.message, { tone: "danger" });
    }
  }

  #take(shown: RulesShown): void {
    this.view =
      shown.rules.length === 0
        ? { state: "empty" }
        : { state: "ready", data: shown };
  }

  /** Asks something of one rule; none where the answer was a problem, which is said. */
  async #of<T>(
    id: number,
    ask: () => Parameters<typeof asked<T>>[0],
  ): Promise<T | undefined> {
    if (this.busy.includes(id)) return undefined;
    this.busy = [...this.busy, id];
    const answer = await asked(ask());
    this.busy = this.busy.filter((one) => one !== id);
    if (answer.status === "ok") return answer.data;
    this.#toasts.say(answer.error.message, { tone: "danger" });
    return undefined;
  }
}
