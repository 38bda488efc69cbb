import { isSame, type Model, type Operation } from './history.ts'

/** What the checker found: an order that explains the history, how far the best one came, or that it would take too long. */
export type Verdict<Op = Operation> =
  | { readonly linearizable: true; readonly order: readonly Op[] }
  /** `stuck` is answered and fits nowhere behind `order`, the longest that explains anything. */
  | { readonly linearizable: false; readonly order: readonly Op[]; readonly stuck: Op | undefined }
  /** Every answer that is missing may double the ways to go on: so many of them were gone in vain. */
  | { readonly linearizable: undefined; readonly tried: number }

/** A place in a doubly linked list of what happened in time. */
interface Link<Op> {
  next: Entry<Op> | undefined
  previous: Link<Op> | undefined
}

/** A call, or the answer to one. */
interface Entry<Op> extends Link<Op> {
  readonly operation: Op
  readonly index: number
  /** The entry of its answer; undefined where this is one, and for a call that never was answered. */
  readonly answer: Entry<Op> | undefined
  readonly isCall: boolean
}

/** Ways to go on that are remembered; beyond that a history is left undecided. */
const MOST_TRIED = 200_000

/**
 * Whether there is an order of the operations, each somewhere between its call and its answer, in which the object would have
 * given these answers. J. M. Wing and C. Gong, "Testing and Verifying Concurrent Objects" (J. Parallel Distrib. Comput. 17,
 * 1993), with the memory of G. Lowe, "Testing for linearizability" (Concurrency Computat. Pract. Exper. 29(4), 2017): where the
 * same operations have led to the same state before, nothing new can follow.
 *
 * The search takes the calls that may come next, in time, and goes back when it meets the answer of an operation it has not
 * placed. An operation that was never answered has no answer to meet: it may be placed anywhere, or nowhere.
 */
export function check<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
  most = MOST_TRIED,
): Verdict<Operation<Input, Output>> {
  const head = timeline(history)
  const seen = new Set<string>()
  const placed: { readonly entry: Entry<Operation<Input, Output>>; readonly before: State }[] = []
  let best: readonly Operation<Input, Output>[] = []
  let stuck: Operation<Input, Output> | undefined
  let answers = history.filter(({ answer }) => answer !== undefined).length
  let done = 0n
  let state = model.initial
  let entry = head.next
  while (answers > 0) {
    if (seen.size >= most) return { linearizable: undefined, tried: seen.size }
    if (entry?.isCall) {
      const after = place(model, state, entry.operation)
      const bits: bigint = done | (1n << BigInt(entry.index))
      if (after !== undefined && isNew(seen, `${bits} ${model.key(after.state)}`)) {
        placed.push({ entry, before: state })
        done = bits
        state = after.state
        if (entry.answer !== undefined) answers--
        lift(entry)
        entry = head.next
      } else {
        entry = entry.next
      }
      continue
    }
    if (stuck === undefined || placed.length > best.length) {
      best = placed.map((each) => each.entry.operation)
      stuck = entry?.operation ?? stuck
    }
    const last = placed.pop()
    if (last === undefined) return { linearizable: false, order: best, stuck }
    state = last.before
    done ^= 1n << BigInt(last.entry.index)
    if (last.entry.answer !== undefined) answers++
    putBack(last.entry)
    entry = last.entry.next
  }
  return { linearizable: true, order: placed.map((each) => each.entry.operation) }
}

/** What the operation leaves behind, if the object could have answered it as it did. */
function place<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  { input, answer }: Operation<Input, Output>,
) {
  const after = model.apply(state, input)
  return answer === undefined || isSame(after.output, answer.output) ? after : undefined
}

function isNew(seen: Set<string>, name: string): boolean {
  const before = seen.size
  return seen.add(name).size > before
}

/** Everything that happened, in time, behind a head that stands for nothing. At one moment calls come before answers. */
function timeline<Op extends Operation>(history: readonly Op[]): Link<Op> {
  const events = history.flatMap((operation, index) => {
    const none = { next: undefined, previous: undefined }
    if (operation.answer === undefined)
      return [{ at: operation.invoked, entry: { operation, index, isCall: true, answer: undefined, ...none } }]
    const answer: Entry<Op> = { operation, index, isCall: false, answer: undefined, ...none }
    return [
      { at: operation.invoked, entry: { operation, index, isCall: true, answer, ...none } },
      { at: operation.answer.at, entry: answer },
    ]
  })
  events.sort((a, b) => a.at - b.at || Number(b.entry.isCall) - Number(a.entry.isCall))
  const head: Link<Op> = { next: undefined, previous: undefined }
  let last = head
  for (const { entry } of events) {
    last.next = entry
    entry.previous = last
    last = entry
  }
  return head
}

/** Takes a call and its answer out of the list; they keep their places in mind. */
function lift<Op>(entry: Entry<Op>): void {
  for (const each of [entry, entry.answer]) {
    if (each?.previous !== undefined) each.previous.next = each.next
    if (each?.next !== undefined) each.next.previous = each.previous
  }
}

/** Puts back what was lifted last. */
function putBack<Op>(entry: Entry<Op>): void {
  for (const each of [entry.answer, entry]) {
    if (each?.previous !== undefined) each.previous.next = each
    if (each?.next !== undefined) each.next.previous = each
  }
}
