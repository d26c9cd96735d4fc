// Everything of messages in the scripted host. `answers` lets tests see the states in which nothing comes
// back, or a problem.
import type { Answer } from "../../frame/asked";
import type { News, Problem } from "../../host";
import type { MessageNews, MessagesHost } from "../../screens/messages/host";
import { scriptedCompose, type ScriptedSends } from "./compose";
import { scriptedMany, scriptedTemplates } from "./more";
import { scriptedOptOuts } from "./opt-outs";

export interface ScriptedMessages extends Required<MessagesHost> {
  readonly messages: ScriptedSends & {
    answers: "yes" | "never" | "problem" | "empty";
    /** As if the program had said so. */
    tell(news: MessageNews): void;
  };
}

const problem: Problem = {
  code: "tryAgain",
  message:
    "HubSpot asks for patience and did not answer. Nothing is lost. Try again in a minute.",
  detail: "rate_limit",
};

const lists = [
  "templates",
  "runs",
  "ownSends",
  "keptMessages",
  "optOutReviews",
];

export function scriptedMessages(
  calls: string[],
  now: number,
  tell: (news: News) => void,
): ScriptedMessages {
  const say = (news: MessageNews): void => tell(news as unknown as News);
  const yes = <T>(name: string, data: () => T): Promise<Answer<T>> => {
    calls.push(name);
    if (control.answers === "never") return new Promise(() => undefined);
    if (control.answers === "problem") {
      return Promise.resolve({ status: "error", error: problem });
    }
    if (control.answers === "empty") {
      if (lists.includes(name)) {
        return Promise.resolve({ status: "ok", data: [] as T });
      }
      if (name === "optOuts") {
        return Promise.resolve({
          status: "ok",
          data: { rows: [], total: 0 } as T,
        });
      }
      if (name === "thread") {
        return Promise.resolve({
          status: "ok",
          data: { messages: [], more: false } as T,
        });
      }
    }
    return Promise.resolve({ status: "ok", data: data() });
  };
  const compose = scriptedCompose(now, yes, say);
  const control: ScriptedMessages["messages"] = {
    answers: "yes",
    tell: say,
    progress: compose.progress,
    optedOut: compose.optedOut,
  };
  return {
    ...compose,
    ...scriptedTemplates(now, yes, say),
    ...scriptedMany(now, yes, say),
    ...scriptedOptOuts(now, yes, say, compose.optedOut),
    messages: control,
  };
}
