import { and, raise } from '../../src/statechart/index.ts'
import { type Draft, type Spot, type StateDraft, spotsOf } from './definition.ts'
import type { Chance } from './sound.ts'

/** A fault that was planted: the finding that has to name it. */
export interface Planted {
  readonly kind: string
  /** The finding's path begins so. */
  readonly path: string
}

/** Puts one fault into a sound machine. */
export type Plant = (draft: Draft, chance: Chance) => Planted

/** One way for each thing that a checker has to find, written from what the fault is, not from how it is looked for. */
export const plants: Readonly<Record<string, Plant>> = {
  'unknown target': (draft, chance) => {
    const { state, path } = host(draft, chance)
    on(draft, state, 'LOST', 'nowhere')
    return { kind: 'illegal-definition', path: `${path}.on.LOST.target` }
  },
  'targets that exclude each other': (draft, chance) => {
    const { state, path, key, parent } = host(draft, chance)
    const other = Object.keys(parent?.state.states ?? {}).find((one) => one !== key && one !== 'end') ?? 'end'
    on(draft, state, 'BOTH', { target: [key, other] })
    return { kind: 'illegal-definition', path: `${path}.on.BOTH.target` }
  },
  'unknown guard': (draft, chance) => {
    const { state, path, key } = host(draft, chance)
    on(draft, state, 'ASK', { target: key, guard: 'nobodyKnows' })
    return { kind: 'illegal-definition', path: `${path}.on.ASK.guard` }
  },
  'no beginning': (draft, chance) => {
    const { key, path } = beside(draft, chance, { states: { one: { on: { GO: 'two' } }, two: { type: 'final' } } })
    return { kind: 'illegal-definition', path: `${path.replace(/[^.]+$/, key)}.initial` }
  },
  'history that leads out': (draft, chance) => {
    const inner = { one: { on: { [event(draft, 'ROUND')]: 'one' } }, back: { type: 'history', target: '#outside' } } as const
    const { path } = beside(draft, chance, { initial: 'one', states: inner })
    draft.definition.states.cancelled = { type: 'final', id: 'outside' }
    return { kind: 'illegal-definition', path: `${path}.back.target` }
  },
  'unreachable state': (draft, chance) => {
    const { parent } = host(draft, chance)
    add(parent, 'island', { on: { [event(draft, 'LEAVE')]: 'end' } })
    return { kind: 'unreachable-state', path: `${parent?.path}.island` }
  },
  'shadowed transition': (draft, chance) => {
    const { state, path } = host(draft, chance)
    on(draft, state, 'TWICE', [{ target: 'end' }, { target: 'end', guard: guard(draft), actions: 'mark' }])
    return { kind: 'dead-transition', path: `${path}.on.TWICE.1` }
  },
  'event taken by every inner state': (draft, chance) => {
    const type = event(draft, 'DEEP')
    const inner = { one: { on: { [type]: 'two' } }, two: { on: { [type]: 'over' } }, over: { type: 'final' } } as const
    const { path } = beside(draft, chance, { initial: 'one', states: inner, onDone: 'end', on: { [type]: 'end' } })
    return { kind: 'dead-transition', path: `${path}.on.${type}` }
  },
  'timer after another': (draft, chance) => {
    const { path } = beside(draft, chance, { after: { 50: 'end', 500: { target: 'end', actions: 'mark' } } })
    return { kind: 'dead-transition', path: `${path}.after.500` }
  },
  'same guard twice': (draft, chance) => {
    const { state, path } = host(draft, chance)
    const name = guard(draft)
    on(draft, state, 'ASK', [{ guard: name, target: 'end' }, { guard: name, actions: 'mark' }, { actions: 'tell' }])
    return { kind: 'guard-overlap', path: `${path}.on.ASK.1` }
  },
  'guard within a guard before': (draft, chance) => {
    const { state, path } = host(draft, chance)
    const [wide, other] = [guard(draft), guard(draft)]
    on(draft, state, 'ASK', [{ guard: wide, target: 'end' }, { guard: and([wide, other]), actions: 'mark' }, { actions: 'tell' }])
    return { kind: 'guard-overlap', path: `${path}.on.ASK.1` }
  },
  'regions that both leave': (draft, chance) => {
    const type = event(draft, 'SPLIT')
    const region = (target: string): StateDraft => ({
      initial: 'one',
      states: { one: { on: { [type]: { target, actions: 'mark' }, [event(draft, 'REST')]: 'two' } }, two: { type: 'final' } },
    })
    draft.definition.states.cancelled = { type: 'final', id: 'left' }
    draft.definition.states.end = { type: 'final', id: 'right' }
    const { path } = beside(draft, chance, {
      type: 'parallel',
      states: { x: region('#left'), y: region('#right') },
      onDone: 'end',
    })
    return { kind: 'region-conflict', path: `${path}.y.one.on.${type}` }
  },
  'dead end': (draft, chance) => {
    closeExits(draft)
    const { path } = beside(draft, chance, {}, true)
    return { kind: 'dead-end', path }
  },
  'no way to an end': (draft, chance) => {
    closeExits(draft)
    const again = event(draft, 'AGAIN')
    const inner = { one: { on: { [again]: 'two' } }, two: { on: { [again]: 'one' } } }
    const { path } = beside(draft, chance, { initial: 'one', states: inner }, true)
    return { kind: 'cannot-finish', path }
  },
  'eventless cycle': (draft, chance) => {
    const inner = { one: { always: 'two' }, two: { always: 'one' } }
    const { path } = beside(draft, chance, { initial: 'one', states: inner, on: { [event(draft, 'OUT')]: 'end' } })
    return { kind: 'endless-step', path }
  },
  'eventless cycle behind a guard': (draft, chance) => {
    const name = guard(draft)
    const inner = { one: { always: { guard: name, target: 'two' } }, two: { always: [{ guard: name, target: 'one' }] } }
    const { path } = beside(draft, chance, { initial: 'one', states: inner, on: { [event(draft, 'OUT')]: 'end' } })
    return { kind: 'endless-step', path }
  },
  'events raised in a circle': (draft, chance) => {
    const inner = {
      one: { entry: raise({ type: 'TICK' }), on: { TICK: 'two' } },
      two: { entry: raise({ type: 'TOCK' }), on: { TOCK: 'one' } },
    }
    const { path } = beside(draft, chance, { initial: 'one', states: inner, on: { [event(draft, 'OUT')]: 'end' } })
    return { kind: 'endless-step', path }
  },
  'raised for nobody': (draft, chance) => {
    const { state, path } = host(draft, chance)
    state.exit = raise({ type: 'HELLO' })
    return { kind: 'event-never-handled', path: `${path}.exit` }
  },
  'announced for nobody': (draft) => {
    draft.events.add('NEVER')
    return { kind: 'event-never-handled', path: draft.definition.id }
  },
  'awaited in vain': (draft, chance) => {
    const { state, path } = host(draft, chance)
    state.on = { ...state.on, GHOST: 'end' }
    return { kind: 'event-never-raised', path: `${path}.on.GHOST` }
  },
  'child that is not there': (draft, chance) => {
    const { state, path } = host(draft, chance)
    state.on = { ...state.on, 'done.invoke.ghost': 'end' }
    return { kind: 'event-never-raised', path: `${path}.on.done.invoke.ghost` }
  },
  'done without an end': (draft, chance) => {
    const again = event(draft, 'AGAIN')
    const inner = { one: { on: { [again]: 'two' } }, two: { on: { [again]: 'one' } } }
    const { path } = beside(draft, chance, { initial: 'one', states: inner, onDone: 'end', on: { [event(draft, 'OUT')]: 'end' } })
    return { kind: 'done-never-fires', path: `${path}.onDone` }
  },
  'failure unheard': (draft, chance) => {
    const { path } = beside(draft, chance, { invoke: { src: 'search', id: 'deaf', onDone: 'end' }, after: { 100: 'end' } })
    return { kind: 'invoke-without-error', path: `${path}.invoke` }
  },
  'child that may hang': (draft, chance) => {
    closeExits(draft)
    draft.definition.actors = { search: 'external' }
    const { path } = beside(draft, chance, { invoke: { src: 'search', id: 'slow', onDone: 'end', onError: 'end' } }, true)
    return { kind: 'invoke-without-timeout', path: `${path}.invoke` }
  },
  'name nobody uses': (draft) => {
    draft.definition.guards.forgotten = () => true
    return { kind: 'unused-implementation', path: `${draft.definition.id}.guards.forgotten` }
  },
  'function without a name': (draft, chance) => {
    const { state, path } = host(draft, chance)
    on(draft, state, 'ASK', { guard: () => true, target: 'end' })
    return { kind: 'unnamed-implementation', path: `${path}.on.ASK.guard` }
  },
  'context of another shape': (draft) => {
    draft.definition.context.count = 'three'
    return { kind: 'context-mismatch', path: `${draft.definition.id}.context.count` }
  },
  'state that was renamed': (draft, chance) => {
    const { parent, key } = host(draft, chance)
    rename(parent, key)
    return { kind: 'snapshot-unfit', path: draft.definition.id }
  },
}

/** Takes away what leads out of every state: a machine that can always be cancelled is never stuck. */
function closeExits({ definition, events }: Draft): void {
  delete definition.on
  for (const key of ['askSearch', 'askHelper', 'cancelled']) delete definition.states[key]
  for (const type of ['CANCEL', 'SEARCH', 'HELP']) events.delete(type)
  delete definition.actors.helper
}

/** An atomic state that events may come to. */
function host(draft: Draft, chance: Chance, outermost = false): Spot {
  const open = spotsOf(draft).filter(({ state, parent }) => {
    const waits = state.on !== undefined && state.states === undefined && state.entry === undefined && state.type === undefined
    return waits && parent?.state.states?.end !== undefined && (!outermost || parent.parent === undefined)
  })
  const found = open[chance(open.length)]
  if (found !== undefined) return found
  // A machine where nothing but timers and children happens: its first state is made to wait.
  const root = spotsOf(draft)[0] as Spot
  add(root, 'waiting', { on: { [event(draft, 'BEGIN')]: root.state.initial } })
  root.state.initial = 'waiting'
  return host(draft, chance, outermost)
}

/** A new state beside a host, which an event of the host leads to. */
function beside(draft: Draft, chance: Chance, state: StateDraft, outermost = false): Pick<Spot, 'key' | 'path'> {
  const { state: from, parent } = host(draft, chance, outermost)
  on(draft, from, 'ENTER', 'planted')
  add(parent, 'planted', state)
  return { key: 'planted', path: `${parent?.path}.planted` }
}

function add(parent: Spot | undefined, key: string, state: StateDraft): void {
  if (parent?.state.states !== undefined) parent.state.states[key] = state
}

function on(draft: Draft, state: StateDraft, type: string, transition: unknown): void {
  state.on = { ...state.on, [event(draft, type)]: transition }
}

function event({ events }: Draft, type: string): string {
  events.add(type)
  return type
}

function guard({ definition }: Draft): string {
  const name = `p${Object.keys(definition.guards).length}`
  definition.guards[name] = ({ context }: { context: { count: number } }) => context.count > 1
  return name
}

/** The state and every target among its siblings that names it; targets from further away do not occur. */
function rename(parent: Spot | undefined, key: string): void {
  if (parent?.state.states === undefined) return
  const renamed = (value: unknown): unknown => {
    if (value === key) return 'renamed'
    if (Array.isArray(value)) return value.map(renamed)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, name === 'states' ? inner : renamed(inner)]))
  }
  const entries = Object.entries(parent.state.states)
  parent.state.states = Object.fromEntries(
    entries.map(([name, state]) => [name === key ? 'renamed' : name, renamed(state) as StateDraft]),
  )
  if (parent.state.initial === key) parent.state.initial = 'renamed'
}
