// Writing to somebody, in the command palette: people by what is typed, and the way to each part of the
// composer.
import { asked } from "../../frame/asked";
import type { Feed } from "../../frame/feed.svelte";
import type { PaletteProvider } from "../../frame/palette.svelte";
import type { Router } from "../../frame/router.svelte";
import { manyOf, optOutsOf, templatesOf, type WritingHost } from "./host";
import { addressOf, nameOf } from "./words";

const most = 6;

/** Whom somebody can write to. HubSpot is asked only where nobody is known here. */
export function people(
  host: WritingHost,
  feed: Feed,
  router: Router,
): PaletteProvider {
  const parts = [
    { id: "new", label: "Write a message", query: { new: "" }, is: true },
    {
      id: "templates",
      label: "Templates",
      query: { view: "templates" },
      is: templatesOf(host) !== undefined,
    },
    {
      id: "many",
      label: "Write to many at once",
      query: { view: "many" },
      is: manyOf(host) !== undefined,
    },
    {
      id: "opt-outs",
      label: "Opt-outs",
      query: { view: "optouts" },
      is: optOutsOf(host) !== undefined,
    },
  ];
  return {
    heading: "Write to",
    find: async (words) => {
      const { chosen } = feed;
      const search = words.trim();
      if (!chosen) return [];
      const ways = parts
        .filter(
          (one) =>
            one.is && one.label.toLowerCase().includes(search.toLowerCase()),
        )
        .map((one) => ({
          id: `write-${one.id}`,
          label: one.label,
          icon: "send" as const,
          ...(one.id === "new" ? { keys: "c" } : {}),
          run: () => router.go("compose", one.query as Record<string, string>),
        }));
      if (search.length < 2) return ways;
      const known = await asked(host.knownContacts(chosen.id, search));
      const found =
        known.status === "ok" && known.data.length > 0
          ? known
          : await asked(host.contactSearch(chosen.id, search));
      if (found.status === "error") throw new Error(found.error.code);
      return [
        ...found.data.slice(0, most).map((contact) => ({
          id: `write-to-${contact.id}`,
          label: nameOf(contact),
          beside: addressOf(contact),
          icon: "send" as const,
          run: () => router.go("compose", { contact: contact.id }),
        })),
        ...ways,
      ];
    },
  };
}
