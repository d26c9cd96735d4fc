// Contacts and messages in the command palette: found in the log, and opened there.
import { asked } from "../../frame/asked";
import { noFilter } from "../../frame/activity-filter";
import type { Feed } from "../../frame/feed.svelte";
import type { PaletteProvider } from "../../frame/palette.svelte";
import type { Router } from "../../frame/router.svelte";
import type { ActivityHost } from "./host";
import { kindWords, said, seen, who } from "./words";

/** As many as the palette shows of one sort. */
const most = 6;

/** Whom the log knows by name, number or address; leads to everything with that contact. */
export function contacts(
  host: Pick<ActivityHost, "knownContacts">,
  feed: Feed,
  router: Router,
): PaletteProvider {
  return {
    heading: "Contacts",
    find: async (words) => {
      const { chosen } = feed;
      const search = words.trim();
      if (!chosen || search.length < 2) return [];
      const answer = await asked(host.knownContacts(chosen.id, search));
      if (answer.status === "error") throw new Error(answer.error.code);
      return answer.data.slice(0, most).map((contact) => {
        const address = contact.phone ?? contact.email ?? "";
        const name = seen(contact.name);
        return {
          id: `contact-${contact.id}`,
          label: name || address || `Contact ${contact.id}`,
          ...(name && address ? { beside: address } : {}),
          icon: "user-round" as const,
          run: () => router.go("activity", { contact: contact.id }),
        };
      });
    },
  };
}

export function messages(
  host: Pick<ActivityHost, "activityPage">,
  feed: Feed,
  router: Router,
): PaletteProvider {
  return {
    heading: "Messages",
    find: async (words) => {
      const { chosen } = feed;
      const search = words.trim();
      if (!chosen || search.length < 2) return [];
      const answer = await asked(
        host.activityPage(
          chosen.id,
          { ...noFilter, search },
          { from: "newest" },
          most,
        ),
      );
      if (answer.status === "error") throw new Error(answer.error.code);
      return [
        ...answer.data.rows.map((row) => ({
          id: `event-${String(row.id)}`,
          label: who(row),
          beside: said(row).slice(0, 80),
          icon: kindWords[row.kind].icon,
          run: () => router.go("activity", { event: String(row.id) }),
        })),
        ...(answer.data.moreBelow
          ? [
              {
                id: "all-messages",
                label: `All messages with “${search}”`,
                icon: "search" as const,
                run: () => router.go("activity", { q: search }),
              },
            ]
          : []),
      ];
    },
  };
}
