import type { IdempotencyPlace, IdempotencyRow, PromisedRow, TermRow, Transfer } from '../engine.ts'
import { readChanges } from './changes.ts'
import type { Connection } from './connection.ts'
import { begin, complete, fillingOf, holdOf, nameOf, setHold } from './custody.ts'
import { fill } from './fill.ts'
import { listPromised } from './outbox.ts'
import { type StoredEntity, toEntity } from './rows.ts'

/** How writes outside the commit path wait for the lock. */
type Patience = <Result>(work: () => Result) => Promise<Result>

/** What moving the store in a file takes. `written` is called behind every filling. */
export function createTransfer(c: Connection, file: string, patiently: Patience, written: () => Promise<void>): Transfer {
  return {
    name: nameOf(file),
    entities: (after, limit) =>
      c.all<StoredEntity>('select * from entity where num > ? order by num limit ?', after, limit).map(toEntity),
    changes: (query) => readChanges(c, query),
    terms: (num) => c.all<TermRow>('select name, value, subject from term where num = ? order by name, value', num),
    outbox: (after, limit): PromisedRow[] => listPromised(c, after, limit),
    idempotency: (after, limit) => readIdempotency(c, after, limit),
    hold: () => holdOf(c),
    setHold: (hold) => patiently(() => setHold(c, file, hold)),
    filling: () => fillingOf(c),
    begin: (filling) => patiently(() => begin(c, file, filling)),
    async fill(pieces, journal) {
      await patiently(() => fill(c, pieces, journal))
      await written()
    },
    complete: (storeId) => patiently(() => complete(c, storeId)),
  }
}

function readIdempotency(c: Connection, after: IdempotencyPlace | undefined, limit: number): IdempotencyRow[] {
  return c.all<IdempotencyRow>(
    'select tenant, key, body, receipt, at from idempotency where (tenant, key) > (?, ?) order by tenant, key limit ?',
    ...[after?.tenant ?? '', after?.key ?? '', limit],
  )
}
