type Cell = string | number | boolean | null

/** A batch as a function of the database takes it. */
export interface EncodedBatch {
  /** Arrays by name, as columns of tables, as JSON. */
  readonly columns: string
  /** All bytes of the batch, one piece behind the other; the columns say where each begins, from 1, and how long it is. */
  readonly bytes: Buffer
}

/** Tables as arrays, one for each column, and the bytes that their rows name. */
export class Columns {
  readonly #columns = new Map<string, Cell[]>()
  readonly #bytes: Uint8Array[] = []
  #length = 0

  /** Adds a row to a table; the name of each column is led by the table's. Returns its number, from 1. */
  row(table: string, row: Readonly<Record<string, Cell>>): number {
    let count = 0
    for (const [name, value] of Object.entries(row)) count = this.#column(`${table}_${name}`).push(value)
    return count
  }

  /** Overwrites a cell of row `number`. */
  set(column: string, number: number, value: Cell): void {
    this.#column(column)[number - 1] = value
  }

  get(column: string, number: number): Cell | undefined {
    return this.#columns.get(column)?.[number - 1]
  }

  /** How long a column is. */
  count(column: string): number {
    return this.#columns.get(column)?.length ?? 0
  }

  /** Cells that say where bytes stand: `name` and `name_len`; 0 is null. */
  blob(name: string, bytes: Uint8Array | null): Record<string, number> {
    if (bytes === null) return { [name]: 0, [`${name}_len`]: 0 }
    const at = this.#length + 1
    this.#bytes.push(bytes)
    this.#length += bytes.length
    return { [name]: at, [`${name}_len`]: bytes.length }
  }

  encode(parts: Iterable<number>): EncodedBatch {
    const columns = { ...Object.fromEntries(this.#columns), parts: [...parts].sort((a, b) => a - b) }
    return { columns: JSON.stringify(columns), bytes: Buffer.concat(this.#bytes, this.#length) }
  }

  #column(name: string): Cell[] {
    const known = this.#columns.get(name)
    if (known !== undefined) return known
    const column: Cell[] = []
    this.#columns.set(name, column)
    return column
  }
}

/** Things that several parts of a batch name, numbered from 1 in the order of first mention. */
export class Directory {
  readonly #numbers = new Map<string, number>()

  /** Its number; `add` is called for a new one. */
  number(name: string, add: () => void): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    add()
    this.#numbers.set(name, this.#numbers.size + 1)
    return this.#numbers.size
  }
}
