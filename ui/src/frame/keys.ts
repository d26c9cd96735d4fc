// Keys that hold everywhere: the palette, search, the sheet of shortcuts, and `g` with a letter for
// the screens. Within a field only those with Ctrl or the command key are heard.

export interface KeyActions {
  palette(): void;
  search(): void;
  sheet(): void;
  /** A letter after `g`; answers whether there is such a screen. */
  go(letter: string): boolean;
  /** A letter by itself; answers whether it leads anywhere. */
  alone(letter: string): boolean;
}

/** The shortcuts as the sheet shows them. */
export const shortcuts: {
  heading: string;
  /** Only where there is this screen. */
  place?: string;
  rows: [string, string][];
}[] = [
  {
    heading: "Everywhere",
    rows: [
      ["Mod K", "Find screens, contacts, messages and actions"],
      ["/", "Search on this screen"],
      ["?", "Show this sheet"],
      ["Esc", "Close what is open"],
    ],
  },
  {
    heading: "In lists",
    rows: [
      ["j", "Next row (or ↓)"],
      ["k", "Row before (or ↑)"],
      ["Enter", "Open the row"],
      ["Home", "First row"],
      ["End", "Last row"],
    ],
  },
  {
    heading: "In the mapping",
    place: "mapping",
    rows: [
      ["n", "Add a row"],
      ["Alt ↑", "Move the row up (or ↓ down)"],
      ["Mod d", "Another one like it"],
      ["Delete", "Remove the row"],
      ["Mod z", "Undo (with Shift: do again)"],
      ["t", "Try it on one record"],
    ],
  },
];

function writing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches(
        "textarea, select, input:not([type=checkbox], [type=radio])",
      ))
  );
}

/** Hears the keys of a window. Answers with the way to stop. */
export function hearKeys(window: Window, actions: KeyActions): () => void {
  let sequenceAt = -Infinity;
  const heard = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const letter = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && !event.altKey && letter === "k") {
      event.preventDefault();
      actions.palette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // What is open over the page has keys of its own.
    const over = (event.target as Element | null)?.closest?.(
      "[role=dialog], [role=menu]",
    );
    if (writing(event.target) || over) return;

    const second = event.timeStamp - sequenceAt < 1500;
    sequenceAt = -Infinity;
    if (second && actions.go(letter)) event.preventDefault();
    else if (event.key === "g") sequenceAt = event.timeStamp;
    else if (event.key === "/") {
      event.preventDefault();
      actions.search();
    } else if (event.key === "?") {
      event.preventDefault();
      actions.sheet();
    } else if (!event.shiftKey && actions.alone(letter)) event.preventDefault();
  };
  window.addEventListener("keydown", heard);
  return () => window.removeEventListener("keydown", heard);
}
