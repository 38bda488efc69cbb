import { statSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { makeSplice } from '../../src/core/index.ts'
import { SCHEMA } from '../../src/store/sqlite/schema.ts'
import type { Checkpoints } from './checkpoints.ts'

/**
 * A bare loop that writes the rows which the engine writes when an entry of an entity is overwritten: the entity's head,
 * the entry, the version it replaces (as a patch), the record in the log. The same tables and indexes, synchronous=FULL, but no
 * reads, checks, codec, cache, promises or chains of versions.
 */
export interface BareLoop {
  /** Overwrites the entry of every entity once, in one transaction. */
  commit(value: Uint8Array): void
  close(): void
}

/** Batches between two looks at the size of the write-ahead log, and the size from which it is checkpointed: as the engine's. */
const LOOK_EVERY = 32
const CHECKPOINT_BYTES = 4 * 1024 * 1024

export function openBareLoop(file: string, entities: number, first: Uint8Array, checkpoints: Checkpoints): BareLoop {
  const db = new DatabaseSync(file)
  db.exec(`pragma auto_vacuum = incremental; pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 0;
    pragma secure_delete = on; pragma cache_size = -16384; pragma temp_store = memory`)
  db.exec(SCHEMA)
  let seq = 0
  const statements = prepare(db)
  db.exec('begin immediate')
  for (let num = 1; num <= entities; num++) create(statements, num, ++seq, first)
  db.exec('commit')
  let current = first
  let batches = 0
  return {
    commit(value) {
      const undo = makeSplice(value, current)
      statements.begin.run()
      for (let num = 1; num <= entities; num++) overwrite(statements, num, ++seq, entities, value, undo)
      statements.commit.run()
      current = value
      if (++batches % LOOK_EVERY === 0 && statSync(`${file}-wal`).size >= CHECKPOINT_BYTES) checkpoints.request()
    },
    close: () => db.close(),
  }
}

type Statements = ReturnType<typeof prepare>

function prepare(db: DatabaseSync) {
  const insert = (table: string, columns: string): StatementSync =>
    db.prepare(`insert into ${table}(${columns}) values (${columns.replaceAll(/[^,]+/g, '?')})`)
  return {
    begin: db.prepare('begin immediate'),
    commit: db.prepare('commit'),
    newEntity: insert('entity', 'num,tenant,kind,id,revision,seq,born,floor,deleted,schema,created,updated,recent'),
    newEntry: insert('entry', 'num,key,seq,class,run,n,segment'),
    entity: db.prepare('update entity set revision = ?, seq = ?, updated = ?, deleted = ?, origin_until = ? where num = ?'),
    recent: db.prepare('update entity set recent = ? where num = ? and recent <> ?1'),
    entry: db.prepare('update entry set seq = ?, class = ?, run = ?, past = ?, n = ?, subject = ?, segment = ? where rowid = ?'),
    change: insert('change', 'id,num,key,n,prev,jump,seq,until,op,segment'),
    log: insert('log', 'seq,"commit",last,num,revision,prev,jump,op,at,actor,keys,sum'),
  }
}

function create({ newEntity, newEntry, log }: Statements, num: number, seq: number, value: Uint8Array): void {
  const now = Date.now()
  newEntity.run(num, 'default', 'session', `session-${num}`, 1, seq, seq, seq, 0, 'entry', now, now, secondOf(now))
  newEntry.run(num, '/entry', seq, 0, 0, 0, value)
  log.run(seq, `commit-of-session-${seq}`, 1, num, 1, 0, 0, 1, now, 'local', '["/entry"]', seq)
}

function overwrite(
  statements: Statements,
  num: number,
  seq: number,
  entities: number,
  value: Uint8Array,
  undo: Uint8Array,
): void {
  const now = Date.now()
  const revision = Math.ceil(seq / entities)
  const change = seq - entities
  const before = change > entities ? change - entities : null
  statements.change.run(change, num, '/entry', revision - 1, before, before, seq - entities, seq, 1, undo)
  statements.entry.run(seq, 0, 0, change, revision - 1, null, value, num)
  statements.log.run(
    seq,
    `commit-of-session-${seq}`,
    1,
    num,
    revision,
    seq - entities,
    seq - entities,
    0,
    now,
    'local',
    '["/entry"]',
    seq,
  )
  statements.entity.run(revision, seq, now, 0, null, num)
  statements.recent.run(secondOf(now), num)
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}
