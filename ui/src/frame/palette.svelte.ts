// What the command palette finds. Screens and actions are known here; contacts, events and whatever
// else comes later are asked of providers.
import type { IconName } from "../parts/icons";

export interface PaletteRow {
  id: string;
  label: string;
  beside?: string;
  icon: IconName;
  keys?: string;
  run: () => void;
}

export interface PaletteProvider {
  /** The heading over its rows, as in "Contacts". */
  heading: string;
  /** Rows that fit, best first; an answer that comes after `signal` is thrown away. */
  find(
    words: string,
    signal: AbortSignal,
  ): PaletteRow[] | Promise<PaletteRow[]>;
}

export interface PaletteGroup {
  heading: string;
  rows: PaletteRow[];
}

/** A provider of rows that are all known; every word must occur in the label or beside it. */
export function listed(
  heading: string,
  rows: () => PaletteRow[],
): PaletteProvider {
  return {
    heading,
    find: (words) => {
      const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      return rows().filter((row) => {
        const text = `${row.label} ${row.beside ?? ""}`.toLocaleLowerCase();
        return wanted.every((word) => text.includes(word));
      });
    },
  };
}

export class Palette {
  open = $state(false);
  words = $state("");
  groups = $state.raw<PaletteGroup[]>([]);
  /** Something was not found out: which headings did not answer. */
  silent = $state.raw<string[]>([]);
  chosen = $state(0);
  readonly rows = $derived(this.groups.flatMap((group) => group.rows));
  readonly #providers: PaletteProvider[];
  #asking = new AbortController();

  constructor(providers: PaletteProvider[]) {
    this.#providers = providers;
  }

  add(provider: PaletteProvider): void {
    this.#providers.push(provider);
  }

  show(): void {
    this.open = true;
    void this.ask("");
  }

  async ask(words: string): Promise<void> {
    this.words = words;
    this.chosen = 0;
    this.#asking.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const found: Record<string, PaletteRow[]> = {};
    this.silent = [];
    await Promise.all(
      this.#providers.map(async (provider) => {
        try {
          const rows = await provider.find(words, asking.signal);
          if (asking.signal.aborted) return;
          found[provider.heading] = rows.slice(0, 8);
          // What is known at once is shown at once; the order of the headings stays.
          this.groups = this.#providers.flatMap(({ heading }) => {
            const known = found[heading] ?? [];
            return known.length > 0 ? [{ heading, rows: known }] : [];
          });
        } catch {
          if (!asking.signal.aborted) {
            this.silent = [...this.silent, provider.heading];
          }
        }
      }),
    );
  }

  move(by: number): void {
    const { length } = this.rows;
    if (length > 0) this.chosen = (this.chosen + by + length) % length;
  }

  run(row: PaletteRow | undefined): void {
    if (!row) return;
    this.open = false;
    row.run();
  }
}
