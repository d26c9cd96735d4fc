// People in the command palette: contacts and leads that are known here, opened side by side.
import { asked } from "../../frame/asked";
import type { Feed } from "../../frame/feed.svelte";
import type { PaletteProvider } from "../../frame/palette.svelte";
import type { Router } from "../../frame/router.svelte";
import type { PeopleHost } from "./host";
import { nameOf, standing } from "./words";

export function people(
  host: PeopleHost,
  feed: Feed,
  router: Router,
): PaletteProvider {
  return {
    heading: "People",
    find: async (typed) => {
      const { chosen } = feed;
      const words = typed.trim();
      if (!chosen || words.length < 2) return [];
      const answer = await asked(
        host.peoplePage(
          chosen.id,
          { list: "linked", words, side: "both", ignored: false },
          { from: "first" },
          5,
        ),
      );
      if (answer.status === "error") throw new Error(answer.error.code);
      return answer.data.rows.map((row) => ({
        id: `person-${String(row.id)}`,
        label: nameOf(row),
        beside: standing(row).text,
        icon: "users" as const,
        run: () => router.go("people", { person: String(row.id) }),
      }));
    },
  };
}
