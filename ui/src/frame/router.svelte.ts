// Where in the page we are: the part of the address after `#`, as in `#/activity?state=waits`. Each
// place remembers its last address, so that going away and coming back loses nothing.
export class Router {
  place = $state("");
  query = $state.raw(new URLSearchParams());
  readonly #kept: Record<string, string> = {};
  readonly #first: string;

  constructor(first: string) {
    this.#first = first;
    this.#read();
    window.addEventListener("hashchange", () => this.#read());
  }

  /** Goes to a place: as it was left, or as `query` says. */
  go(place: string, query?: Record<string, string>): void {
    location.hash = query
      ? address(place, query)
      : (this.#kept[place] ?? address(place));
  }

  /** Changes with what a place is found, without a new step in the history. Whether we are there is
   * asked of the address: `place` learns of a step only after it. */
  amend(place: string, query: Record<string, string>): void {
    const kept = address(place, query);
    if (location.hash.replace(/^#\/?/, "").split("?")[0] === place) {
      history.replaceState(null, "", `#${kept}`);
      this.#read();
    } else this.#kept[place] = kept;
  }

  #read(): void {
    const [path = "", query = ""] = location.hash
      .replace(/^#\/?/, "")
      .split("?");
    this.place = path || this.#first;
    this.query = new URLSearchParams(query);
    this.#kept[this.place] = `/${this.place}${query ? `?${query}` : ""}`;
  }
}

/** The address of a place, to be put behind `#`. */
export function address(place: string, query?: Record<string, string>): string {
  const rest = query ? new URLSearchParams(query).toString() : "";
  return `/${place}${rest ? `?${rest}` : ""}`;
}
