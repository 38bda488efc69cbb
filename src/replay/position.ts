import { createHash } from 'node:crypto'
import { canonical, HoldfastError } from '../core/index.ts'
import type { EntityTx } from '../runtime/index.ts'
import type { Run } from './run.ts'

/** The entry that keeps how far a session has been replayed: part of its state, so a fork goes on where it was made. */
const POSITION_KEY = '.replay'

/** How far a session has been replayed, and from what. */
interface ReplayPosition {
  /** Name of the file. */
  readonly file: string
  readonly tracker: string
  /** The next message or turn. */
  readonly next: number
  /** Fingerprint of everything before `next`. */
  readonly digest: string
}

function readPosition(entity: EntityTx): ReplayPosition | undefined {
  return entity.exists ? (entity.get(POSITION_KEY) as ReplayPosition | undefined) : undefined
}

export function writePosition(entity: EntityTx, position: ReplayPosition): void {
  entity.set(POSITION_KEY, position)
}

/** The fingerprint of a run up to each of its steps: `digests[n]` covers the first n. */
export function digestsOf(run: Run): string[] {
  const digests = ['']
  for (const [index, { item }] of run.steps.entries()) {
    try {
      digests.push(digestAfter(digests.at(-1) ?? '', item))
    } catch (error) {
      refuseStep(error, run.id, index)
    }
  }
  return digests
}

/** A message that cannot be stored is told with its run and its number, as nobody finds it in the file by its path alone. */
export function refuseStep(error: unknown, id: string, index: number): never {
  const isPlain = HoldfastError.is(error, 'invalid') || HoldfastError.is(error, 'too_large')
  if (!isPlain || error.message.includes(`of session ${id}`)) throw error
  const message = `Message ${index} of session ${id} cannot be stored: ${error.message}`
  throw new HoldfastError(error.code, message, error.details, { cause: error })
}

/** Where to go on. @throws conflict when the session holds something else, or was followed by another tracker */
export function nextStep(entity: EntityTx, digests: readonly string[], tracker: string): number {
  const { id } = entity.ref
  const position = readPosition(entity)
  if (position === undefined) {
    if (!entity.exists) return 0
    throw refused(id, 'exists and was not made by a replay', 'Replay into another store, or under a prefix')
  }
  const { next, file } = position
  const length = digests.length - 1
  if (next > length)
    throw refused(id, `is at message ${next} of ${file}, this run has only ${length}`, 'Replay what it was made from')
  if (digests[next] !== position.digest)
    throw refused(
      id,
      `was made from other data (${file}): the first ${next} messages differ`,
      'Replay into another store, or under a prefix',
    )
  if (next < length && position.tracker !== tracker)
    throw refused(id, `was followed by the tracker ${position.tracker}, not ${tracker}`, 'Go on with the same tracker')
  return next
}

function digestAfter(before: string, item: unknown): string {
  return createHash('sha256').update(before).update(canonical(item)).digest('base64url').slice(0, 16)
}

function refused(id: string, why: string, next: string): HoldfastError<'conflict'> {
  return new HoldfastError('conflict', `Session ${id} ${why}. ${next}`, { entity: id })
}
