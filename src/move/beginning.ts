import { HoldfastError, randomId } from '../core/index.ts'
import type { Engine, Filling, Hold } from '../store/index.ts'
import { type Journal, newJournal, parseJournal } from './journal.ts'
import { type End, Passage } from './passage.ts'
import { Unproved } from './unproved.ts'

/** What the two stores are called in what they say about each other. */
interface Names {
  readonly from: string
  readonly to: string
}

/** Both ends of a move. @throws invalid where one cannot move, or both are the same */
export function endsOf(source: Engine, target: Engine): { readonly source: End; readonly target: End } {
  return { source: endOf(source), target: endOf(target) }
}

/** @throws invalid for an engine that cannot move */
export function endOf(engine: Engine): End {
  const { transfer } = engine
  if (transfer !== undefined) return { engine, transfer }
  throw new HoldfastError(
    'invalid',
    `A store of the engine ${engine.name} cannot be moved: it has no way to be read as a whole`,
    {},
  )
}

/**
 * Begins a move, or goes on with one.
 * @throws conflict when the target is in use or belongs to another move; Unproved when the source is damaged
 */
export async function beginning(source: End, target: End, check?: (segment: Uint8Array) => void): Promise<Passage> {
  const names = { from: source.transfer.name, to: target.transfer.name }
  const hold = await source.transfer.hold()
  const filling = await target.transfer.filling()
  if (hold !== undefined && hold.to !== names.to) throw elsewhere(names, hold)
  if (filling !== undefined) return new Passage(source, target, await resumed(source, filling, hold, names), check)
  if (hold?.stage === 'moved') throw new HoldfastError('conflict', `${names.from} has moved to ${names.to} already`, {})
  for await (const damage of source.engine.verify()) throw damaged(names.from, damage.message)
  const next = { id: randomId(), to: names.to, stage: 'copying' } as const
  await source.transfer.setHold(next)
  const floors = (await source.engine.heads()).map(({ floor }) => floor)
  const journal = newJournal(source.engine.storeId, next.id, floors, target.engine.partitions)
  try {
    await target.transfer.begin({ from: names.from, journal: JSON.stringify(journal) })
  } catch (error) {
    await source.transfer.setHold(hold ?? null)
    throw error
  }
  return new Passage(source, target, journal, check)
}

async function resumed(source: End, filling: Filling, hold: Hold | undefined, names: Names): Promise<Journal> {
  const journal = parseJournal(filling.journal)
  if (journal.source !== source.engine.storeId) {
    throw new HoldfastError('conflict', `${names.to} is being filled from ${filling.from}, not from ${names.from}`, {})
  }
  if (hold?.id !== journal.hold) {
    const message = `The move that began to fill ${names.to} was given up, and ${names.from} has been in use since. Delete ${names.to} and begin anew`
    throw new HoldfastError('conflict', message, {})
  }
  // A move that was killed while the source was stopped: it is in use until the next stop.
  if (hold.stage === 'stopped') await source.transfer.setHold({ ...hold, stage: 'copying' })
  return journal
}

function elsewhere({ from, to }: Names, hold: Hold): HoldfastError<'conflict'> {
  const message =
    hold.stage === 'moved'
      ? `${from} has moved to ${hold.to}; move that one`
      : `${from} is being moved to ${hold.to}, not to ${to}. Go on with that, or give it up with \`holdfast move ${from} --abandon\``
  return new HoldfastError('conflict', message, {})
}

function damaged(from: string, message: string): Unproved {
  return new Unproved(
    `${from} is damaged: ${message}. What is damaged is not moved: run \`holdfast doctor --store ${from}\`, mend it or restore a backup`,
  )
}
