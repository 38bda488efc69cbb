import type { Queryable, Transactional } from './database.ts'

/** The tables of one store: where statements are sent, the schema they name, and how many partitions there are. */
export interface Tables {
  readonly db: Queryable
  /** Name of the schema; statements say `${schema}.entity`. */
  readonly schema: string
  readonly partitions: number
}

/** The same where several statements must be sent as one. */
export interface WholeTables extends Tables {
  readonly db: Transactional
}

/** The partition of an entity, which every statement about it names. */
export function partOf({ partitions }: Pick<Tables, 'partitions'>, num: number): number {
  return num % partitions
}

/** Whether a row may hold this text: PostgreSQL keeps no NUL, nor lets anyone ask for it. */
export function isStorable(text: string): boolean {
  return !text.includes('\0')
}

/** The last text not behind this one that a row may hold: what is behind one of them is behind the other. */
export function storable(text: string): string {
  return text.split('\0', 1)[0] ?? ''
}

/** The same for statements that look rows up: there is none with a text that no row may hold. */
export function lookingUp(db: Queryable): Queryable {
  return {
    async query(text, values = []) {
      return values.some((value) => typeof value === 'string' && !isStorable(value)) ? [] : db.query(text, values)
    },
  }
}

/** The values of a statement that is put together piece by piece. */
export class Values {
  readonly list: unknown[]

  constructor(...first: readonly unknown[]) {
    this.list = [...first]
  }

  /** Adds a value and gives the name it has in the statement. */
  add(value: unknown): string {
    return `$${this.list.push(value)}`
  }
}

/** Every partition, as a table to begin with: what follows names `part.part`, so each is looked into by its own index. */
export function everyPart({ partitions }: Tables): string {
  return `generate_series(0, ${partitions - 1}) as part(part)`
}
