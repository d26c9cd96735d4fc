// The line as a list of choices offers it, with the room that each has left.
import type { Line } from "../../../host";
import type { LineChoice } from "../host";
import { headroom, seen } from "../words";

export interface Offered {
  value: string;
  label: string;
  beside?: string;
  disabled?: boolean;
}

export function valueOf(choice: LineChoice): string {
  return choice.line === "chosen" ? `id:${choice.id}` : choice.line;
}

export function choiceOf(value: string): LineChoice {
  if (value.startsWith("id:")) return { line: "chosen", id: value.slice(3) };
  return { line: value === "owner" ? "owner" : "auto" };
}

/** Automatic and the owner's first. A line that was chosen and is gone stays in sight. */
export function offered(lines: Line[], choice: LineChoice): Offered[] {
  const gone =
    choice.line === "chosen" && !lines.some((one) => one.id === choice.id);
  return [
    { value: "auto", label: "Any line", beside: "the best one is taken" },
    { value: "owner", label: "Owner's line" },
    ...lines.map((line) => ({
      value: `id:${line.id}`,
      label: seen(line.label) || line.address || line.id,
      beside: headroom(line),
      disabled: !line.active,
    })),
    ...(gone
      ? [
          {
            value: valueOf(choice),
            label: "A line that is gone",
            disabled: true,
          },
        ]
      : []),
  ];
}
