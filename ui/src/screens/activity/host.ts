// What the log needs of the host, and no more.
import type { Filter, Host } from "../../host";
import type { Answer } from "../../frame/asked";

/** How far an export is. */
export interface ExportProgress {
  rows: number;
  /** How many there will be; none where nobody counts them. */
  total: number | null;
}

/** Where an export went; none where nobody chose a place for it. */
export interface Exported {
  rows: number;
  path: string;
}

export type ActivityHost = Pick<
  Host,
  | "activityPage"
  | "activityCount"
  | "eventStory"
  | "eventOfMessage"
  | "replay"
  | "contactSearch"
  | "linkEventToContact"
  | "retryParked"
  | "dropParked"
  | "unknownSends"
  | "settleSend"
  | "keptViews"
  | "keepView"
  | "forgetView"
  | "lines"
  | "syncNow"
  | "preferences"
  | "changePreferences"
> & {
  /** Asks for a place and writes what the filter lets through. */
  exportLog?: (
    connection: number,
    filter: Filter,
    told: (progress: ExportProgress) => void,
  ) => Promise<Answer<Exported | null>>;
  cancelExport?: (connection: number) => Promise<Answer<null>>;
  /** Opens a page of HubSpot in the browser. */
  openPage?: (address: string) => Promise<Answer<null>>;
};
