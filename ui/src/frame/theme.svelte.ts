// Which theme holds: the system's, or the one that was chosen. Kept in the web view's own storage,
// because it belongs to this screen and not to a connection.
export type ThemeChoice = "system" | "light" | "dark";

const place = "theme";
const choices: readonly ThemeChoice[] = ["system", "light", "dark"];

export class Theme {
  choice = $state<ThemeChoice>("system");
  #systemDark = $state(false);
  readonly shown = $derived(
    this.choice === "system"
      ? this.#systemDark
        ? "dark"
        : "light"
      : this.choice,
  );

  constructor() {
    const kept = localStorage.getItem(place);
    this.choice = choices.find((choice) => choice === kept) ?? "system";
    const system = matchMedia("(prefers-color-scheme: dark)");
    this.#systemDark = system.matches;
    system.addEventListener("change", (event) => {
      this.#systemDark = event.matches;
      this.#draw();
    });
    this.#draw();
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    localStorage.setItem(place, choice);
    this.#draw();
  }

  #draw(): void {
    document.documentElement.dataset["theme"] = this.shown;
  }
}
