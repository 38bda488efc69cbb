import { and, assign, defineMachine, emit, log, not, or, raise, stateIn } from '../../src/statechart/index.ts'
import type { Draft, StateDraft } from './definition.ts'

/** A number below the limit. */
export type Chance = (limit: number) => number

const helper = defineMachine({
  id: 'helper',
  initial: 'working',
  states: { working: { on: { FINISH: 'over' }, after: { 100: 'over' } }, over: { type: 'final' } },
})

/**
 * A machine as people write them, sound by construction: work goes from state to state, every state is entered from the one before and
 * leads to the next, whatever is awaited can come, and the last one is final.
 */
export function soundDraft(chance: Chance, id: string): Draft {
  const draft: Draft = {
    definition: {
      id,
      version: '1',
      context: { count: 0, note: '' },
      guards: {},
      actions: { mark: assign({ note: 'seen' }), tell: emit({ type: 'TOLD' }), write: log('here') },
      delays: {},
      actors: { search: 'external', helper },
      states: {},
    },
    events: new Set(),
  }
  Object.assign(draft.definition, new Flow(draft, chance).make('', 3))
  draft.definition.entry = ['mark', 'tell', 'write']
  for (const name of ['askSearch', 'askHelper'])
    draft.definition.states[name] = invoking(name === 'askSearch' ? 'search' : 'helper')
  const cancelled = event(draft, 'CANCEL')
  draft.definition.on = { [cancelled]: '.cancelled', ...asking(draft) }
  draft.definition.states.cancelled = { type: 'final' }
  return draft
}

function asking(draft: Draft): Record<string, unknown> {
  return { [event(draft, 'SEARCH')]: '.askSearch', [event(draft, 'HELP')]: '.askHelper' }
}

function invoking(src: string): StateDraft {
  const again = { target: 'cancelled' }
  return { invoke: { src, id: src, onDone: again, onError: again }, after: { 5000: again } }
}

function event({ events }: Draft, type: string): string {
  events.add(type)
  return type
}

/** States in a row, each leading to the next. */
class Flow {
  readonly #draft: Draft
  readonly #chance: Chance
  #count = 0

  constructor(draft: Draft, chance: Chance) {
    this.#draft = draft
    this.#chance = chance
  }

  make(within: string, depth: number): Pick<StateDraft, 'initial'> & { states: Record<string, StateDraft> } {
    const keys = Array.from({ length: 2 + this.#chance(3) }, () => `s${this.#count++}`)
    const states: Record<string, StateDraft> = {}
    keys.forEach((key, i) => {
      const [next, last] = [keys[i + 1] ?? 'end', keys[i - 1] ?? key]
      // A flow begins where it waits, so that what may interrupt it has its moment.
      Object.assign(states, i === 0 ? { [key]: this.#step(next, last) } : this.#state(key, next, last, `${within}${key}.`, depth))
    })
    return { initial: keys[0] ?? 'end', states: { ...states, end: { type: 'final' } } }
  }

  #state(key: string, next: string, last: string, within: string, depth: number): Record<string, StateDraft> {
    const simple = [this.#step, this.#guarded, this.#combined, this.#timed, this.#choosing, this.#raising, this.#calling]
    const nested = [this.#nested, this.#parallel, this.#pausing]
    const kinds = depth > 1 ? [...simple, ...nested] : simple
    const make = kinds[this.#chance(kinds.length)] ?? this.#step
    const made = make.call(this, next, last, within, depth)
    return 'states' in made && made.isPair === true ? (made.states as Record<string, StateDraft>) : { [key]: made }
  }

  #event(): string {
    return event(this.#draft, `E${this.#count++}`)
  }

  #guard(): string {
    const name = `g${this.#count++}`
    this.#draft.definition.guards[name] = ({ context }: { context: { count: number } }) => context.count % 2 === 0
    return name
  }

  #step(next: string, last: string): StateDraft {
    return { on: { [this.#event()]: next, [this.#event()]: { target: last, actions: 'mark' } } }
  }

  #guarded(next: string, last: string): StateDraft {
    const guard = this.#guard()
    return { on: { [this.#event()]: [{ guard, target: next, actions: 'mark' }, last], [this.#event()]: next } }
  }

  #combined(next: string, last: string): StateDraft {
    const [one, other] = [this.#guard(), this.#guard()]
    const ladder = [{ guard: and([one, other]), target: next }, { guard: or([one, other]), target: last }, { target: next }]
    return {
      on: {
        [this.#event()]: ladder,
        [this.#event()]: [
          { guard: not(one), target: next },
          { guard: one, actions: 'tell' },
        ],
      },
    }
  }

  #timed(next: string, last: string): StateDraft {
    const name = `d${this.#count++}`
    this.#draft.definition.delays[name] = 10
    return { after: { [name]: { guard: this.#guard(), target: last }, 2000: next } }
  }

  /** Never back: that could be a step without end. */
  #choosing(next: string): StateDraft {
    return { always: [{ guard: this.#guard(), target: next, actions: 'mark' }, { target: 'end' }] }
  }

  #raising(next: string): StateDraft {
    const type = `R${this.#count++}`
    return { entry: raise({ type }), on: { [type]: next } }
  }

  #calling(next: string, last: string): StateDraft {
    return { invoke: { src: 'search', id: `c${this.#count++}`, onDone: next, onError: last }, after: { 1000: next } }
  }

  #nested(next: string, last: string, within: string, depth: number): StateDraft {
    return { ...this.make(within, depth - 1), onDone: next, on: { [this.#event()]: last } }
  }

  #parallel(next: string, _last: string, within: string, depth: number): StateDraft {
    const regions = Array.from({ length: 2 }, (_, i) => [`r${i}`, this.make(`${within}r${i}.`, Math.min(1, depth - 2))] as const)
    const [first, second] = regions
    if (first !== undefined && second !== undefined) {
      const begin = second[1].states[second[1].initial ?? '']
      if (begin?.on !== undefined) begin.on[this.#event()] = { guard: stateIn(`${within}r0.end`), target: 'end' }
    }
    return { type: 'parallel', states: Object.fromEntries(regions), onDone: next }
  }

  /** A compound state that can be left for a while, and goes on where it was. */
  #pausing(next: string, _last: string, within: string, depth: number): StateDraft {
    const work = this.make(within, depth - 1)
    work.states.back = { type: 'history', history: this.#chance(2) === 0 ? 'deep' : 'shallow' }
    const rest = `s${this.#count++}`
    const key = within.split('.').at(-2) ?? ''
    const paused: StateDraft = { on: { [this.#event()]: `${key}.back` } }
    return { isPair: true, states: { [key]: { ...work, onDone: next, on: { [this.#event()]: rest } }, [rest]: paused } }
  }
}
