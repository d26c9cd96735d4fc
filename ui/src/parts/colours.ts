// The colours by which connections are told apart. A colour never stands alone: the name and its first
// letter are beside it. The roles stand in styles/tokens.css.

export const colours = [
  "indigo",
  "teal",
  "green",
  "amber",
  "rose",
  "slate",
] as const;

export type Colour = (typeof colours)[number];

/** The colour of a connection: as it was chosen, else by turns. */
export function colourOf(connection: { id: number; colour: string }): Colour {
  const chosen = colours.find((one) => one === connection.colour);
  const turn = (connection.id - 1) % colours.length;
  return chosen ?? colours[turn] ?? "indigo";
}
