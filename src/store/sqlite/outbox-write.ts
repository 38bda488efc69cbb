import type { EntityRef, OutboxWrite } from '../engine.ts'
import { ordinal, STATES } from '../words.ts'
import type { Connection } from './connection.ts'

const CANCELLED = ordinal(STATES, 'cancelled')
const CANCEL = `update outbox set state = ${CANCELLED}, owner = null, lease = null, finished = ?`
/** Settled and cancelled rows stay as they are. */
const OPEN = `state in (${ordinal(STATES, 'due')}, ${ordinal(STATES, 'dead')})`

/** Carries out what a commit, already accepted, does to the outbox. */
export function writeOutbox(db: Connection, write: OutboxWrite, at: number, numOf: (ref: EntityRef) => number | undefined): void {
  switch (write.op) {
    case 'put':
      put(db, write, at, numOf(write.entity) ?? 0)
      break
    case 'settle':
      db.run(
        'update outbox set state = ?, result = ?, owner = null, lease = null, finished = ? where id = ?',
        ordinal(STATES, write.state),
        write.result,
        at,
        write.id,
      )
      break
    case 'release':
      db.run('update outbox set due = ?, result = ?, owner = null, lease = null where id = ?', write.due, write.result, write.id)
      break
    case 'cancel':
      db.run(`${CANCEL} where id = ? and ${OPEN}`, at, write.id)
  }
}

/** Ends whatever a deleted entity still had to do. */
export function cancelAll(db: Connection, num: number, at: number): void {
  db.run(`${CANCEL} where num = ? and ${OPEN}`, at, num)
}

function put(db: Connection, write: OutboxWrite & { op: 'put' }, at: number, num: number): void {
  const claimed = write.claim === undefined ? 0 : 1
  db.run(
    `insert into outbox values (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, null, ?, null)
     on conflict(id) do update set num = excluded.num, queue = excluded.queue, state = 0, due = excluded.due,
     owner = excluded.owner, lease = excluded.lease, epoch = outbox.epoch + 1, attempts = excluded.attempts,
     created = excluded.created, finished = null, payload = excluded.payload, result = null`,
    write.id,
    num,
    write.queue,
    write.due,
    write.claim?.owner ?? null,
    write.claim?.lease ?? null,
    claimed,
    claimed,
    at,
    write.payload,
  )
}
