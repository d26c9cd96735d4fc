// Conditions as a tree: what stands at a place of it, and the tree with that place changed. A path goes
// through the groups by number; the empty one is the root.
import type { RuleCondition, RuleField } from "../host";

export const mostDeep = 8;

export function test(field?: RuleField): RuleCondition {
  return {
    is: "test",
    field: field ?? { object: "contact", name: "" },
    operator: "is",
    values: [],
  };
}

/** The tree with what `change` makes of one place. None leaves the place out. */
export function changed(
  tree: RuleCondition,
  path: number[],
  change: (at: RuleCondition) => RuleCondition | null,
): RuleCondition | null {
  const [first, ...rest] = path;
  if (first === undefined) return change(tree);
  if (tree.is === "test") return tree;
  const of = tree.of.flatMap((one, at) => {
    if (at !== first) return [one];
    const next = changed(one, rest, change);
    return next ? [next] : [];
  });
  return of.length === 0 ? null : { ...tree, of };
}

/** One more at the end of a group; what is no group becomes one. */
export function added(
  tree: RuleCondition | null,
  path: number[],
  one: RuleCondition,
): RuleCondition {
  if (!tree) return { is: "all", of: [one] };
  const next = changed(tree, path, (at) =>
    at.is === "test"
      ? { is: "all", of: [at, one] }
      : { ...at, of: [...at.of, one] },
  );
  return next ?? tree;
}
