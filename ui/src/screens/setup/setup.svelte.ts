// The first run in five short steps. It can be left at any of them and taken up again: what was decided
// is kept as it is decided, and only which step comes next is remembered here. Keys are not: who leaves
// before they are saved gives them again.

export const steps = [
  { id: "hubspot", title: "HubSpot" },
  { id: "tuco", title: "Tuco" },
  { id: "mirror", title: "What to mirror" },
  { id: "mapping", title: "Mapping" },
  { id: "test", title: "Test" },
] as const;

export type StepId = (typeof steps)[number]["id"];

/** Under which name the step is remembered; with it a set-up is under way. */
const place = "setup";

interface Remembered {
  step: StepId;
  connection: number;
}

export class Setup {
  step = $state<StepId>("hubspot");
  /** The connection that was made in it. */
  connection = $state<number>();
  /** It was left and is not at its end. */
  underWay = $state(false);
  readonly number = $derived(
    steps.findIndex((one) => one.id === this.step) + 1,
  );

  constructor() {
    const kept = remembered();
    if (!kept) return;
    this.step = kept.step;
    this.connection = kept.connection;
    this.underWay = true;
  }

  /** Both sides are connected: from here on it can be taken up again after a restart. */
  connected(connection: number): void {
    this.connection = connection;
    this.go("mirror");
  }

  go(step: StepId): void {
    this.step = step;
    if (this.connection !== undefined) {
      this.underWay = true;
      const kept: Remembered = { step, connection: this.connection };
      localStorage.setItem(place, JSON.stringify(kept));
    }
  }

  /** Whether somebody may go to a step by pressing it: back always, on only to where they were. */
  reachable(step: StepId): boolean {
    const at = steps.findIndex((one) => one.id === step);
    const connected = this.connection !== undefined;
    // What is connected stays so; the first two steps are behind.
    return connected ? at >= 2 : at < this.number;
  }

  end(): void {
    localStorage.removeItem(place);
    this.step = "hubspot";
    this.connection = undefined;
    this.underWay = false;
  }
}

function remembered(): Remembered | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "null");
    if (typeof kept !== "object" || kept === null) return undefined;
    const { step, connection } = kept as Partial<Remembered>;
    const known = steps.find((one) => one.id === step);
    return known && typeof connection === "number"
      ? { step: known.id, connection }
      : undefined;
  } catch {
    return undefined;
  }
}
