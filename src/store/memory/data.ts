import { compareUtf8 } from '../../core/index.ts'
import type {
  ChangeRow,
  EntityRef,
  EntityRow,
  EntryRow,
  Filling,
  Hold,
  IdempotencyRow,
  LogRow,
  OutboxRow,
  TermRow as OwnTerm,
} from '../engine.ts'
import { secondOf } from '../recent.ts'
import { Sorted } from './sorted.ts'

/** One value of a term, with all it is found by. */
export interface TermRow {
  readonly tenant: string
  readonly kind: string
  readonly name: string
  readonly value: string
  readonly num: number
}

/** An entity with everything that is its own. */
export interface Entity {
  row: EntityRow
  readonly entries: Sorted<EntryRow, { readonly key: string }>
  readonly changes: Sorted<ChangeRow, { readonly key: string; readonly seq: number }>
  /** Oldest first; sweeping takes from the front. */
  readonly records: LogRow[]
  readonly terms: Sorted<OwnTerm, Pick<OwnTerm, 'name' | 'value'>>
}

/** One log. `seq` and `floor` are its head. */
export interface Partition {
  /** In the order of their nums. */
  readonly entities: Entity[]
  seq: number
  floor: number
  readonly log: Sorted<LogRow, { readonly seq: number }>
}

/** An outbox row, the entity it belongs to, and when it became final. */
export interface Promised {
  readonly row: OutboxRow
  readonly num: number
  readonly finished: number | null
}

type Finished = { readonly finished: number; readonly id: string }

/** Whose store it is, and what it is kept from. */
export interface Custody {
  storeId: string
  hold: Hold | undefined
  filling: Filling | undefined
}

/** Everything a memory engine keeps: what a database would call tables and indexes. */
export interface Data {
  readonly custody: Custody
  readonly partitions: readonly Partition[]
  readonly names: Map<string, Entity>
  readonly byId: Sorted<EntityRow, EntityRef>
  readonly byRoot: Sorted<EntityRow, EntityRef & Pick<EntityRow, 'root'>>
  readonly byUpdated: Sorted<EntityRow, Pick<EntityRow, 'tenant' | 'updated' | 'num'>>
  readonly byExpiry: Sorted<EntityRow, Pick<EntityRow, 'expires' | 'num'>>
  readonly forks: Sorted<EntityRow, { readonly num: number }>
  readonly forksOf: Map<number, Set<number>>
  readonly terms: Sorted<TermRow>
  readonly outbox: Sorted<Promised, { readonly row: { readonly id: string } }>
  /** Rows in state `due`. */
  readonly waiting: Sorted<OutboxRow, Pick<OutboxRow, 'queue' | 'due' | 'id'>>
  readonly finished: Sorted<Finished>
  /** Ids of an entity's outbox rows. */
  readonly outboxOf: Map<number, Set<string>>
  readonly idempotency: Map<string, IdempotencyRow>
  readonly remembered: Sorted<IdempotencyRow, Pick<IdempotencyRow, 'at' | 'tenant' | 'key'>>
}

export function createData(partitions: number, storeId = ''): Data {
  return {
    custody: { storeId, hold: undefined, filling: undefined },
    partitions: Array.from({ length: partitions }, () => ({
      entities: [],
      seq: 0,
      floor: 0,
      log: new Sorted((a, b) => a.seq - b.seq),
    })),
    names: new Map(),
    byId: new Sorted(compareRef),
    byRoot: new Sorted((a, b) => compareUtf8(a.tenant, b.tenant) || compareUtf8(a.root ?? '', b.root ?? '') || compareRef(a, b)),
    byUpdated: new Sorted(
      (a, b) => compareUtf8(a.tenant, b.tenant) || secondOf(b.updated) - secondOf(a.updated) || b.num - a.num,
    ),
    byExpiry: new Sorted((a, b) => (a.expires ?? 0) - (b.expires ?? 0) || a.num - b.num),
    forks: new Sorted((a, b) => a.num - b.num),
    forksOf: new Map(),
    terms: new Sorted(compareTerm),
    outbox: new Sorted((a, b) => compareUtf8(a.row.id, b.row.id)),
    waiting: new Sorted((a, b) => compareUtf8(a.queue, b.queue) || a.due - b.due || compareUtf8(a.id, b.id)),
    finished: new Sorted((a, b) => a.finished - b.finished || compareUtf8(a.id, b.id)),
    outboxOf: new Map(),
    idempotency: new Map(),
    remembered: new Sorted((a, b) => a.at - b.at || compareUtf8(a.tenant, b.tenant) || compareUtf8(a.key, b.key)),
  }
}

export function createEntity(row: EntityRow): Entity {
  return {
    row,
    entries: new Sorted((a, b) => compareUtf8(a.key, b.key)),
    changes: new Sorted((a, b) => compareUtf8(a.key, b.key) || a.seq - b.seq),
    records: [],
    terms: new Sorted((a, b) => compareUtf8(a.name, b.name) || compareUtf8(a.value, b.value)),
  }
}

export function entityByNum(data: Data, num: number): Entity | undefined {
  const entity = partitionOfNum(data, num).entities[Math.floor(num / data.partitions.length) - 1]
  return entity?.row.num === num ? entity : undefined
}

/** Every entity, by num. */
export function allEntities({ partitions }: Data): Entity[] {
  return partitions.flatMap(({ entities }) => entities).sort((a, b) => a.row.num - b.row.num)
}

/** The log this entity writes to. */
export function partitionOfNum(data: Data, num: number): Partition {
  return data.partitions[num % data.partitions.length] as Partition
}

/** Puts a new row in the place of the entity's old one, in every index. */
export function replaceRow(data: Data, entity: Entity, row: EntityRow): void {
  unindex(data, entity.row)
  entity.row = row
  data.byId.set(row)
  data.byRoot.set(row)
  data.byUpdated.set(row)
  if (row.expires !== null && !row.deleted) data.byExpiry.set(row)
  if (row.origin === null) return
  data.forks.set(row)
  addTo(data.forksOf, row.origin.num, row.num)
}

function unindex(data: Data, row: EntityRow): void {
  data.byRoot.delete(row)
  data.byUpdated.delete(row)
  data.byExpiry.delete(row)
  if (row.origin === null) return
  data.forks.delete(row)
  data.forksOf.get(row.origin.num)?.delete(row.num)
}

/** Adds to the set at `key`, which is made when it is not there. */
export function addTo<Key, Item>(sets: Map<Key, Set<Item>>, key: Key, item: Item): void {
  const set = sets.get(key)
  if (set === undefined) sets.set(key, new Set([item]))
  else set.add(item)
}

function compareRef(a: EntityRef, b: EntityRef): number {
  return compareUtf8(a.tenant, b.tenant) || compareUtf8(a.kind, b.kind) || compareUtf8(a.id, b.id)
}

function compareTerm(a: TermRow, b: TermRow): number {
  return (
    compareUtf8(a.tenant, b.tenant) ||
    compareUtf8(a.kind, b.kind) ||
    compareUtf8(a.name, b.name) ||
    compareUtf8(a.value, b.value) ||
    a.num - b.num
  )
}
