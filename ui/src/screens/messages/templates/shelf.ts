// Templates as they lie on their shelf: favourites first, then folders and names, all by what is typed.
import type { Template } from "../host";

const order = new Intl.Collator("en", { sensitivity: "base", numeric: true });

function byName(one: Template, other: Template): number {
  return (
    order.compare(one.folder, other.folder) ||
    order.compare(one.name, other.name)
  );
}

/** Those in which every word occurs; matches in the name before others, favourites before all. */
export function found(templates: Template[], words: string): Template[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const inName = (one: Template): number =>
    wanted.length > 0 &&
    wanted.every((word) => one.name.toLocaleLowerCase().includes(word))
      ? 0
      : 1;
  return templates
    .filter((one) => {
      const text = `${one.name} ${one.folder} ${one.text}`.toLocaleLowerCase();
      return wanted.every((word) => text.includes(word));
    })
    .sort(
      (one, other) =>
        inName(one) - inName(other) ||
        Number(other.favourite) - Number(one.favourite) ||
        byName(one, other),
    );
}

export interface Shelf {
  heading: string;
  templates: Template[];
}

/** Favourites, then every folder by name; what has no folder comes last. */
export function shelves(templates: Template[], words: string): Shelf[] {
  const kept = found(templates, words).sort(byName);
  const folders = [...new Set(kept.map((one) => one.folder))].sort(
    (one, other) =>
      Number(one === "") - Number(other === "") || order.compare(one, other),
  );
  return [
    {
      heading: "Favourites",
      templates: kept.filter((one) => one.favourite),
    },
    ...folders.map((folder) => ({
      heading: folder || "No folder",
      templates: kept.filter((one) => one.folder === folder),
    })),
  ].filter((shelf) => shelf.templates.length > 0);
}
