import type { DatabaseSync } from 'node:sqlite'
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts'

/** What SQLite's header says of a file (https://www.sqlite.org/pragma.html#pragma_user_version), and how many tables it has. */
export interface FileFormat {
  readonly application: number
  readonly version: number
  readonly tables: number
}

/** Ask inside a transaction: a file that another process is just creating must be seen before or after it, not in between. */
export function formatOf(db: DatabaseSync): FileFormat {
  const read = (sql: string): number => Number(Object.values(db.prepare(sql).get() ?? { none: 0 })[0])
  return {
    application: read('pragma application_id'),
    version: read('pragma user_version'),
    tables: read('select count(*) from sqlite_schema'),
  }
}

/** What makes a file of each version one of the next, the first of version 1. */
const steps: readonly string[] = [
  // Files of version 1 may have it: it was added to their schema later, and counting what failed read every entity without.
  'create index if not exists outbox_dead on outbox(id) where state = 3',
]

/**
 * Brings an older file of ours up to this format. Inside a transaction: then the file is of the old format or of the new one,
 * and of several processes that find it old the lock lets one do it.
 */
export function migrate(db: DatabaseSync): void {
  for (const step of steps.slice(formatOf(db).version - 1)) db.exec(step)
  db.exec(`pragma user_version = ${SCHEMA_VERSION}`)
}

/** True for a file of ours that an older Holdfast wrote. */
export function isOlder({ application, version }: FileFormat): boolean {
  return application === APPLICATION_ID && version < SCHEMA_VERSION
}
