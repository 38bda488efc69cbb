import { held, heldMessage, notEmpty, unfilled } from '../custody.ts'
import type { Filling, Hold } from '../engine.ts'
import type { Connection } from './connection.ts'

/** Rows of the table `meta`. */
const HOLD = 'hold'
const FILLING = 'filling'
/** There only inside a transaction that fills: nobody else ever sees it. */
const FILLER = 'filler'
/** Tables whose rows nobody may touch while the store is stopped. */
const TABLES = ['entity', 'entry', 'change', 'log', 'term', 'outbox', 'idempotency'] as const
const VERBS = ['insert', 'update', 'delete'] as const
/** The names of the triggers that stop a store begin with this. */
const STOPPED = 'stopped_'

/** SQL: true for what a file has only while it is stopped. */
export const IS_STOP = `(type = 'trigger' and name glob '${STOPPED}*')`

/** What the store in a file is called in what is said about it. */
export function nameOf(file: string): string {
  return `file:${file}`
}

export function holdOf(c: Connection): Hold | undefined {
  return read<Hold>(c, HOLD)
}

export function fillingOf(c: Connection): Filling | undefined {
  return read<Filling>(c, FILLING)
}

function read<Value>(c: Connection, name: string): Value | undefined {
  const row = c.get<{ value: string }>('select value from meta where name = ?', name)
  return row && (JSON.parse(row.value) as Value)
}

function write(c: Connection, name: string, value: unknown): void {
  c.run('insert or replace into meta values (?, ?)', name, JSON.stringify(value))
}

/** See `Transfer.setHold`. */
export function setHold(c: Connection, file: string, hold: Hold | null): void {
  c.transaction(() => {
    start(c)
    if (hold === null) c.run('delete from meta where name = ?', HOLD)
    else write(c, HOLD, hold)
    if (hold !== null && hold.stage !== 'copying') stop(c, heldMessage(nameOf(file), hold))
  })
}

/**
 * Stops a store, all but fillings, by triggers: they bind every connection from its next statement on, whatever version of the program
 * it belongs to, and cost nothing while there are none.
 */
function stop(c: Connection, message: string): void {
  const quoted = message.replaceAll("'", "''")
  for (const table of TABLES) {
    for (const verb of VERBS) {
      c.db.exec(`create trigger ${STOPPED}${table}_${verb} before ${verb} on ${table}
        when not exists (select 1 from meta where name = '${FILLER}') begin select raise(abort, '${quoted}'); end`)
    }
  }
}

function start(c: Connection): void {
  for (const table of TABLES) for (const verb of VERBS) c.db.exec(`drop trigger if exists ${STOPPED}${table}_${verb}`)
}

/** Inside a transaction that would forget something. @throws unavailable while the store is held */
export function refuseHeld(c: Connection, file: string): void {
  const hold = holdOf(c)
  if (hold !== undefined) throw held(nameOf(file), hold)
}

/** @throws unavailable for a store that is not complete */
export function refuseUnfilled(c: Connection, file: string): void {
  const filling = fillingOf(c)
  if (filling !== undefined) throw unfilled(nameOf(file), filling)
}

/** See `Transfer.begin`. */
export function begin(c: Connection, file: string, filling: Filling): void {
  c.transaction(() => {
    const used = c.get(
      'select 1 from entity union all select 1 from idempotency union all select 1 from meta where name = ?',
      FILLING,
    )
    if (used !== undefined) throw notEmpty(nameOf(file))
    write(c, FILLING, filling)
    stop(c, unfilled(nameOf(file), filling).message)
  })
}

/** Runs `work` as the one that may write into a store that is being filled, and notes how far that has brought it. */
export function asFiller(c: Connection, journal: string, work: () => void): void {
  c.transaction(() => {
    write(c, FILLER, true)
    work()
    const filling = fillingOf(c)
    if (filling !== undefined) write(c, FILLING, { ...filling, journal })
    c.run('delete from meta where name = ?', FILLER)
  })
}

/** See `Transfer.complete`. */
export function complete(c: Connection, storeId: string): void {
  c.transaction(() => {
    start(c)
    c.run("update meta set value = ? where name = 'store'", storeId)
    c.run('delete from meta where name = ?', FILLING)
  })
}
