// What the screens of messages ask of the host. A host that does not have all of one part is not
// offered that part on any screen; without the composer's part there is no such place at all.
import type { Host, News } from "../../host";
import type { ComposeHost } from "./host/compose";
import type { ManyHost } from "./host/many";
import type { OptOutsHost } from "./host/opt-outs";
import type { PersonHost } from "./host/person";
import type { TemplatesHost } from "./host/templates";

export type * from "./host/compose";
export type * from "./host/many";
export type * from "./host/opt-outs";
export type * from "./host/person";
export type * from "./host/templates";

/** What every program can do already, and the composer needs. */
type KnownHost = Pick<
  Host,
  | "contactSearch"
  | "knownContacts"
  | "lines"
  | "openContact"
  | "settings"
  | "settleSend"
>;

/** The composer: without all of this there is none. */
export type WritingHost = KnownHost & PersonHost & ComposeHost;

/** Everything beyond; a host may have any part of it. */
export type MessagesHost = Partial<
  PersonHost & ComposeHost & TemplatesHost & ManyHost & OptOutsHost
>;

/**
 * News of these screens, told like all others. They only say what to ask for again: `sends` for the
 * thread and the own sends, `runs` for runs and their rows, `templates`, and `optOuts` for the list,
 * the reviews and the verdict of whoever is being written to.
 */
export type MessageNews =
  | { what: "sends"; connection: number; contact: string | null }
  | { what: "runs"; connection: number; run: number }
  | { what: "templates" }
  | { what: "optOuts"; connection: number };

/** What is heard: `MessageNews` are among the news once the program tells them. */
export type HeardNews = News | MessageNews;

function part<Part>(first: keyof Part & string) {
  return (host: object): Part | undefined =>
    first in host ? (host as Part) : undefined;
}

export const writingOf = part<WritingHost>("previewMessage");
export const templatesOf = part<TemplatesHost>("saveTemplate");
export const manyOf = part<ManyHost>("dryRun");
export const optOutsOf = part<OptOutsHost>("optOutReviews");
