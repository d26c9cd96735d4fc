import type { IconName } from "./icons";

/** What a colour stands for. A colour never stands alone: a word goes with it. */
export type Tone =
  "neutral" | "accent" | "ok" | "warn" | "danger" | "inbound" | "sandbox";

/** The icon that says the same as the colour, for those who don't see the colour. */
export const toneIcons: Record<Tone, IconName> = {
  neutral: "info",
  accent: "info",
  ok: "circle-check",
  warn: "triangle-alert",
  danger: "circle-alert",
  inbound: "arrow-down-left",
  sandbox: "flask-conical",
};
