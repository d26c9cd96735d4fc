// What the log needs of the host, and no more.
import type { Host } from "../../host";

export type ActivityHost = Pick<
  Host,
  | "activityPage"
  | "activityCount"
  | "eventStory"
  | "eventOfMessage"
  | "replay"
  | "openContact"
  | "contactSearch"
  | "knownContacts"
  | "linkEventToContact"
  | "retryParked"
  | "dropParked"
  | "keptViews"
  | "keepView"
  | "forgetView"
  | "exportCsv"
  | "cancelExport"
  | "lines"
  | "syncNow"
  | "preferences"
  | "changePreferences"
>;
