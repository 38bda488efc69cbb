import { HoldfastError } from '../core/index.ts'
import type { CommitOptions, Moment, Timeline, Tx } from '../runtime/index.ts'
import type { Engine, EntityRef, EntityRow } from '../store/index.ts'
import { addressOf, childId, instanceId, MACHINE_KIND } from './address.ts'
import type { DurableMachine } from './durable.ts'
import { followExpiry } from './expiry.ts'
import { type FoundBy, foundBy, writeTerms } from './found-by.ts'
import type { Kept } from './instance-view.ts'
import { WORK_KEY } from './keys.ts'
import type { Machines } from './machines.ts'
import { openStored } from './opened.ts'
import { keptAt } from './past.ts'
import { invokeQueue, timersOf } from './queue.ts'
import type { RunningInvoke, Work } from './work.ts'

/** Where a fork begins and lives. */
export interface ForkOptions extends CommitOptions {
  /** Default: as the instance is now. */
  readonly at?: Moment
  /** Default: the session of the instance forked. */
  readonly session?: string
  /** Set its timers and begin its effects. Default false. */
  readonly resume?: boolean
}

const PAGE = 100

/** An instance as it was, the children it ran included, on its way to become another one. */
export interface Heir {
  readonly id: string
  readonly row: EntityRow
  readonly seq: number
  readonly kept: Kept
  readonly children: ReadonlyMap<string, Heir>
}

/** @throws not_found when there was no such instance at that moment */
export async function heirOf(timeline: Timeline, ref: EntityRef, id: string, moment: Moment | undefined): Promise<Heir> {
  const row = await timeline.row(ref)
  if (typeof moment !== 'number') return heirAt(timeline, row, id, async (of) => seqAt(timeline, of, moment))
  // What its children came to in the same commit belongs to that moment.
  const end = await timeline.commitEnd(row, (await timeline.revision(row, moment)).seq)
  return heirAt(timeline, row, id, async () => end)
}

async function seqAt(timeline: Timeline, row: EntityRow, moment: Date | undefined): Promise<number> {
  return moment === undefined ? row.seq : (await timeline.revision(row, moment)).seq
}

async function heirAt(timeline: Timeline, row: EntityRow, id: string, when: (row: EntityRow) => Promise<number>): Promise<Heir> {
  const seq = await when(row)
  const kept = await keptAt(timeline, row, { revision: row.revision, seq })
  if (kept === undefined) {
    throw new HoldfastError('not_found', `Instance ${row.id} was not there at that moment; fork it at another one`, {
      entity: row.id,
    })
  }
  const children = new Map<string, Heir>()
  for (const [invoke, running] of Object.entries(kept.work.invokes)) {
    if (!('child' in running)) continue
    const child = await timeline.row({ tenant: row.tenant, kind: MACHINE_KIND, id: running.child })
    children.set(invoke, await heirAt(timeline, child, childId(id, invoke), when))
  }
  return { id, row, seq, kept, children }
}

/** The instances of a session as they were, on their way into the tree of its fork: now, or at a moment of the session. */
export async function heirsOf(
  timeline: Timeline,
  engine: Engine,
  { row, point, to }: { readonly row: EntityRow; readonly point: { readonly seq: number } | undefined; readonly to: string },
): Promise<readonly Heir[]> {
  const end = point && (await timeline.commitEnd(row, point.seq))
  const heirs: Heir[] = []
  for await (const instance of instancesEver(engine, row)) {
    const seq = end ?? instance.seq
    const isThere = end === undefined ? !instance.deleted : instance.born <= end
    const kept = isThere ? await keptAt(timeline, instance, { revision: instance.revision, seq }) : undefined
    // Children come with those that run them.
    if (kept === undefined || kept.work.parent !== undefined) continue
    heirs.push(await heirAt(timeline, instance, instanceId(to, addressOf(instance.id).name), async (of) => end ?? of.seq))
  }
  return heirs
}

/** Every instance that a session has or had. */
async function* instancesEver(engine: Engine, { tenant, id }: EntityRow): AsyncGenerator<EntityRow> {
  const query = { tenant, kind: MACHINE_KIND, root: id, order: 'id', limit: PAGE } as const
  for (let after: EntityRow | undefined; ; ) {
    const rows: readonly EntityRow[] = await engine.entities({ ...query, after })
    yield* rows
    if (rows.length < PAGE) return
    after = rows.at(-1)
  }
}

/** The instances that a fork makes: itself, and those of its children. */
export function family(heir: Heir): readonly string[] {
  return [heir.id, ...[...heir.children.values()].flatMap(family)]
}

/** What a fork is found by; where no definition fits, by what is stored. */
function foundThen(id: string, kept: Kept, durable: DurableMachine | undefined, now: number): FoundBy {
  const { stored, work } = kept
  try {
    return foundBy(openStored(id, kept, durable, now).snapshot, work)
  } catch (error) {
    if (!HoldfastError.is(error, 'needs_migration')) throw error
    const status = work.stopped === true ? 'stopped' : (stored[3]?.status ?? 'active')
    return { state: [stored[1]].flat(), tag: [], status: [status] }
  }
}

/**
 * Makes the fork and its children. With `resume` its timers are set for the same times and its effects begin anew, under keys of
 * their own; without, nothing runs by itself.
 * @throws conflict when there is or was an instance of that id
 */
export function bringForth(tx: Tx, machines: Machines, heir: Heir, resume: boolean, parent?: Work['parent']): void {
  const { id, row, seq, kept } = heir
  const entity = tx.entity(MACHINE_KIND, id, 'create')
  if (entity.revision > 0) {
    const message = `Instance ${id} ${entity.exists ? 'exists' : 'existed and has a history'}; fork under another name`
    throw new HoldfastError('conflict', message, { entity: id, expected: 0, current: entity.revision })
  }
  entity.describe({ origin: { num: row.num, seq }, root: addressOf(id).session, schema: row.schema })
  entity.event('fork', { steps: [{ event: { type: 'fork', of: row.id } }] })
  entity.term('machine', row.schema === null ? [] : [row.schema])
  const durable = machines.within(tx, kept.stored[0])
  writeTerms(entity, foundThen(id, kept, durable, tx.now))
  if (parent === undefined) followExpiry(tx, entity, durable)
  const invokes: Record<string, RunningInvoke> = {}
  for (const [invoke, running] of Object.entries(kept.work.invokes)) {
    const child = heir.children.get(invoke)
    if (child !== undefined) {
      bringForth(tx, machines, child, resume, { id, invoke })
      invokes[invoke] = { src: running.src, child: child.id }
    } else if (resume && 'effect' in running) {
      const { src, input } = running
      const effect = entity.effect(invokeQueue(openStored(id, kept, durable, tx.now).durable, src), {
        invoke,
        ...(input !== undefined && { input }),
      })
      invokes[invoke] = { ...running, effect }
    }
  }
  const timers = resume ? kept.work.timers : {}
  for (const [name, { at, rang }] of Object.entries(timers))
    if (rang === undefined) entity.timer(name, at, { at }, timersOf(durable))
  const { stopped } = kept.work
  const work: Work = { timers, invokes, ...(parent !== undefined && { parent }), ...(stopped === true && { stopped }) }
  // Also when there is none: the fork would have its origin's.
  entity.set(WORK_KEY, work)
}
