// Rules in the command palette: each by its name and sentence, and the ways to make one.
import { asked } from "../../frame/asked";
import type { Feed } from "../../frame/feed.svelte";
import type { PaletteProvider } from "../../frame/palette.svelte";
import type { Router } from "../../frame/router.svelte";
import type { RulesHost } from "./host";
import { standing } from "./words";

const ways = [
  { id: "new", label: "New rule", query: { rule: "new" } },
  { id: "runs", label: "Runs of rules", query: { view: "runs" } },
  { id: "budget", label: "What rules cost", query: { view: "budget" } },
  {
    id: "workflow",
    label: "Set up Send with Tuco",
    query: { view: "workflow" },
  },
];

export function rules(
  host: RulesHost,
  feed: Feed,
  router: Router,
): PaletteProvider {
  return {
    heading: "Rules",
    find: async (typed) => {
      const { chosen } = feed;
      const words = typed.trim().toLocaleLowerCase();
      if (!chosen || words.length < 2) return [];
      const paths = ways
        .filter((one) => one.label.toLocaleLowerCase().includes(words))
        .map((one) => ({
          id: `rules-${one.id}`,
          label: one.label,
          icon: "zap" as const,
          run: () => router.go("rules", one.query as Record<string, string>),
        }));
      const answer = await asked(host.rules(chosen.id));
      if (answer.status === "error") throw new Error(answer.error.code);
      return [
        ...answer.data.rules
          .filter((one) =>
            `${one.name} ${one.sentence}`.toLocaleLowerCase().includes(words),
          )
          .slice(0, 5)
          .map((one) => ({
            id: `rule-${String(one.id)}`,
            label: one.name,
            beside: standing(one).text,
            icon: "zap" as const,
            run: () => router.go("rules", { rule: String(one.id) }),
          })),
        ...paths,
      ];
    },
  };
}
