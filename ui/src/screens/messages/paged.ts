// Rows that are read in pages of a fixed length as a list asks for them. Two rows of one page are one
// question, and a page that could not be read is asked for again when it is looked at again.

export class Paged<Row> {
  readonly #read: (from: number, limit: number) => Promise<Row[]>;
  readonly #size: number;
  readonly #pages = new Map<number, Row[] | Promise<Row[]>>();

  constructor(
    read: (from: number, limit: number) => Promise<Row[]>,
    size = 100,
  ) {
    this.#read = read;
    this.#size = size;
  }

  at(index: number): Row | Promise<Row> {
    const page = Math.floor(index / this.#size);
    const place = index % this.#size;
    const known = this.#pages.get(page);
    if (Array.isArray(known)) {
      const row = known[place];
      return row ?? Promise.reject(new Error("There is no such row."));
    }
    const asking = known ?? this.#ask(page);
    return asking.then((rows) => {
      const row = rows[place];
      if (row === undefined) throw new Error("There is no such row.");
      return row;
    });
  }

  #ask(page: number): Promise<Row[]> {
    const asking = this.#read(page * this.#size, this.#size).then(
      (rows) => {
        this.#pages.set(page, rows);
        return rows;
      },
      (error: unknown) => {
        this.#pages.delete(page);
        throw error;
      },
    );
    this.#pages.set(page, asking);
    return asking;
  }
}
