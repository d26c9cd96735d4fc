// Which of the later parts the scripted host has, and how they answer: `&part=never`, `problem`, `empty`
// or `none` beside the scene. `&beside=` says how what a person has beside them answers.
import type { MappingHost } from "../screens/mapping/host";
import type { PeopleHost } from "../screens/people/host";
import type { RulesHost } from "../screens/rules/host";
import { besideAnswers } from "./beside";
import { scriptedMapping, type Answers } from "./mapping";
import { scriptedPeople } from "./people-host";
import { scriptedRules } from "./rules";

export function scriptedParts(
  calls: string[],
  now: number,
  asked: URLSearchParams,
): Partial<MappingHost & PeopleHost & RulesHost> {
  const part = asked.get("part");
  if (part === "none") return {};
  const answers: Answers =
    part === "never" || part === "problem" || part === "empty" ? part : "yes";
  const busy = asked.get("scripted") === "busy";
  return {
    ...scriptedMapping(calls, now, busy, answers),
    ...scriptedPeople(calls, now, answers, besideAnswers(asked)),
    ...scriptedRules(calls, now, answers),
  };
}
