type Cell = string | number | boolean | null

/** A batch as a function of the database takes it. */
export interface EncodedBatch {
  /** Arrays by name, as columns of tables, as JSON. */
  readonly columns: string
  /** All bytes of the batch, one piece behind the other; the columns say where each begins, from 1, and how long it is. */
  readonly bytes: Buffer
}

type Row = Record<string, Cell>

/** Rows of tables that become arrays, one for each column, and the bytes that the rows name. */
export class Columns {
  readonly #tables = new Map<string, Row[]>()
  readonly #bytes: Uint8Array[] = []
  #length = 0

  /** Adds a row to a table, whose rows all have the same columns. Returns its number, from 1. */
  row(table: string, row: Row): number {
    const rows = this.#tables.get(table)
    if (rows !== undefined) return rows.push(row)
    this.#tables.set(table, [row])
    return 1
  }

  /** Overwrites cells of row `number`. */
  set(table: string, number: number, cells: Readonly<Row>): void {
    Object.assign(this.#tables.get(table)?.[number - 1] ?? {}, cells)
  }

  get(table: string, number: number, column: string): Cell | undefined {
    return this.#tables.get(table)?.[number - 1]?.[column]
  }

  /** How many rows a table has. */
  count(table: string): number {
    return this.#tables.get(table)?.length ?? 0
  }

  /** Cells that say where bytes stand: `name` and `name_len`; 0 is null. */
  blob(name: string, bytes: Uint8Array | null): Record<string, number> {
    if (bytes === null) return { [name]: 0, [`${name}_len`]: 0 }
    const at = this.#length + 1
    this.#bytes.push(bytes)
    this.#length += bytes.length
    return { [name]: at, [`${name}_len`]: bytes.length }
  }

  /** The name of each column is led by its table's. A column without a value is left out: the database takes it for one. */
  encode(parts: Iterable<number>): EncodedBatch {
    const columns: Record<string, readonly Cell[]> = { parts: [...parts].sort((a, b) => a - b) }
    for (const [table, rows] of this.#tables) {
      for (const name of Object.keys(rows[0] ?? {})) {
        const column = rows.map((row) => row[name] ?? null)
        if (column.some((cell) => cell !== null)) columns[`${table}_${name}`] = column
      }
    }
    return { columns: JSON.stringify(columns), bytes: Buffer.concat(this.#bytes, this.#length) }
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
