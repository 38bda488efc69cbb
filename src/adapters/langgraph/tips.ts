import { HoldfastError } from '../../core/index.ts'

/**
 * The checkpoints of a namespace that nothing continues yet: the ends of its branches, greatest id first. The first of them is the
 * thread's latest checkpoint, as LangGraph means it.
 */
export type Tips = readonly string[]

/** A checkpoint about to be put, as far as it matters where it goes. */
export interface Step {
  readonly thread: string
  readonly namespace: string
  readonly id: string
  /** The checkpoint it continues; none for the first of a thread. */
  readonly parent: string | undefined
  /** It says that it leaves the newest state aside (`address.ts`). */
  readonly goesBack: boolean
}

/** Branches that are remembered: whoever has not continued the end of one for so many newer branches must name it to go on there. */
const MOST_TIPS = 256

/** True for the next checkpoint of a branch, or the first of all. */
export function continues(tips: Tips, { parent }: Step): boolean {
  return parent === undefined ? tips.length === 0 : tips.includes(parent)
}

/**
 * The tips once a checkpoint has been put. Two runs that read the same state both continue the same checkpoint: the first does, the
 * second finds that it is no tip any more, and is refused, or its state would silently replace that of the first.
 * @throws conflict
 */
export function advance(tips: Tips, step: Step): Tips {
  const { id, parent, goesBack } = step
  if (!continues(tips, step) && !goesBack) throw overtaken(tips, step)
  return [id, ...tips.filter((tip) => tip !== parent && tip !== id)].sort(descending).slice(0, MOST_TIPS)
}

function descending(a: string, b: string): number {
  return a < b ? 1 : a > b ? -1 : 0
}

function overtaken([newest]: Tips, { thread, namespace, parent }: Step): HoldfastError<'conflict'> {
  const where = namespace === '' ? `Thread ${thread}` : `Thread ${thread}, namespace ${namespace}`
  const read = parent === undefined ? 'before it had any checkpoint' : `at checkpoint ${parent}`
  const message = `${where} was read ${read}, and has moved on to ${newest} meanwhile; run again on its newest state, or name the checkpoint_id to fork from`
  return new HoldfastError('conflict', message, { entity: thread })
}
