// The places of the left rail. A place that has no screen yet is not in this list, and so nowhere; one
// that the host can do nothing for is not offered.
import type { IconName } from "../parts/icons";

export interface Place {
  id: string;
  label: string;
  icon: IconName;
  /** `g` and then this key goes there. */
  key: string;
  /** This key alone goes there too, to begin something new. */
  alone?: string;
  /** At the foot of the rail, away from the daily work. */
  foot?: boolean;
  /** What the host must have for it; a place of which it has nothing is not offered. */
  needs?: string;
}

export const places: Place[] = [
  { id: "overview", label: "Overview", icon: "house", key: "o" },
  { id: "activity", label: "Activity", icon: "activity", key: "a" },
  {
    id: "compose",
    label: "Compose",
    icon: "send",
    key: "w",
    alone: "c",
    needs: "previewMessage",
  },
  {
    id: "people",
    label: "People",
    icon: "users",
    key: "p",
    needs: "peoplePage",
  },
  {
    id: "mapping",
    label: "Mapping",
    icon: "arrow-left-right",
    key: "m",
    needs: "keepDraft",
  },
  { id: "rules", label: "Rules", icon: "zap", key: "r", needs: "ruleRuns" },
  {
    id: "connections",
    label: "Connections",
    icon: "link",
    key: "c",
    foot: true,
  },
  { id: "settings", label: "Settings", icon: "settings", key: "s", foot: true },
];

/** The places that a host has something for. */
export function placesOf(host: object): Place[] {
  return places.filter((place) => !place.needs || place.needs in host);
}

/** Whether a place exists; a link to one that does not is not drawn. */
export function exists(id: string): boolean {
  return places.some((place) => place.id === id);
}
