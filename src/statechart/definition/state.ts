import type { Block, InvokeBlueprint, StateBlueprint, StateFacts, TimerBlueprint, TransitionBlueprint } from '../blueprint.ts'
import type { Late } from '../effect.ts'
import { doneInvoke, type EventObject, errorInvoke } from '../event.ts'
import { compileActions, compileDelay, noted } from './action.ts'
import type { Place } from './place.ts'
import { isRecord, listOf, type RawState } from './raw.ts'
import { argsOf, formula, type Surroundings } from './surroundings.ts'
import { compileTransitions, isBelow, readDescriptor } from './transition.ts'
import { actionWords, transitionFacts } from './wording.ts'

/** Compiles a state with all that lies below it. */
export function compileState(place: Place, around: Surroundings): StateBlueprint {
  const { id, kind, raw, path } = place
  const timers = timersOf(place, around)
  const actions = (name: 'entry' | 'exit'): Block => compileActions(raw[name], `${path}.${name}`, around)
  const initial = initialOf(place, around)
  return {
    id,
    kind,
    children: place.children.map((child) => compileState(child, around)),
    ...(initial !== undefined && { initial }),
    transitions: [...eventsOf(place, around), ...donesOf(place, around), ...timers.transitions, ...alwaysOf(place, around)],
    entry: [timers.entry, actions('entry')],
    exit: [actions('exit'), timers.exit],
    invokes: invokesOf(place, around).map(({ blueprint }) => blueprint),
    ...(timers.set.length > 0 && { timers: timers.set }),
    ...(place.parent !== undefined && raw.output !== undefined && { output: outputOf(raw.output) }),
    facts: factsOf(raw),
  }
}

function outputOf(output: unknown): NonNullable<StateBlueprint['output']> {
  const value = formula(output)
  return (scope) => value(argsOf(scope), undefined)
}

/** The more exact descriptor is tried first; of one length, the one written first. */
function eventsOf(place: Place, around: Surroundings): TransitionBlueprint[] {
  if (!isRecord(place.raw.on)) return []
  const entries = Object.entries(place.raw.on).sort(([a], [b]) => b.length - a.length)
  return entries.flatMap(([event, config]) => {
    return compileTransitions(config, [readDescriptor(event)], place, `${place.path}.on.${event}`, around)
  })
}

function alwaysOf(place: Place, around: Surroundings): TransitionBlueprint[] {
  const { raw, path } = place
  return raw.always === undefined ? [] : compileTransitions(raw.always, [], place, `${path}.always`, around)
}

function donesOf(place: Place, around: Surroundings): TransitionBlueprint[] {
  const { raw, id, path } = place
  const own = raw.onDone === undefined ? [] : on(`done.state.${id}`, raw.onDone, place, `${path}.onDone`, around)
  const invoked = invokesOf(place, around).flatMap(({ id: child, raw: invoke, path: at }) => {
    const done = invoke.onDone === undefined ? [] : on(doneInvoke(child), invoke.onDone, place, `${at}.onDone`, around)
    return [
      ...done,
      ...(invoke.onError === undefined ? [] : on(errorInvoke(child), invoke.onError, place, `${at}.onError`, around)),
    ]
  })
  return [...own, ...invoked]
}

function on(type: string, config: unknown, place: Place, path: string, around: Surroundings): TransitionBlueprint[] {
  return compileTransitions(config, [{ name: type, prefix: false }], place, path, around)
}

interface Invoked {
  readonly id: string
  readonly path: string
  readonly raw: RawState
  readonly blueprint: InvokeBlueprint
}

function invokesOf(place: Place, { actors }: Surroundings): Invoked[] {
  const { raw, path } = place
  return listOf(raw.invoke).flatMap((config, nth) => {
    const at = Array.isArray(raw.invoke) ? `${path}.invoke.${nth}` : `${path}.invoke`
    if (!isRecord(config)) return []
    const id = typeof config.id === 'string' ? config.id : `${place.id}:${nth}`
    const input = config.input === undefined ? undefined : formula(config.input)
    const src = String(config.src)
    const start: InvokeBlueprint['start'] = (scope) => ({ id, src, ...(input && { input: input(argsOf(scope), undefined) }) })
    const note = { id, src, actor: Object.hasOwn(actors, src) ? actors[src] : undefined, path: at }
    return [
      {
        id,
        path: at,
        raw: config,
        blueprint: { start, declared: { id, src }, forwards: false, finalize: [], note, facts: { id, src } },
      },
    ]
  })
}

interface Timers {
  readonly set: readonly TimerBlueprint[]
  readonly entry: Block
  readonly exit: Block
  readonly transitions: readonly TransitionBlueprint[]
}

/** `after` is a timer that runs while the state is active, and a transition on its event. */
function timersOf(place: Place, around: Surroundings): Timers {
  if (!isRecord(place.raw.after)) return { set: [], entry: [], exit: [], transitions: [] }
  const timers = Object.entries(place.raw.after).map(([delay, config]) => timerOf(delay, config, place, around))
  return {
    set: timers.map(({ timer }) => timer),
    entry: timers.map(({ timer, delay, path, event }) => {
      return noted({ kind: 'after', path, written: { delay, event } }, (scope) => {
        scope.ask({ type: 'schedule', ...timer.schedule(scope) })
      })
    }),
    exit: timers.map(({ timer: { id }, path }) => {
      return noted({ kind: 'cancel', path, written: { id } }, (scope) => scope.ask({ type: 'cancel', id }))
    }),
    transitions: timers.flatMap(({ transitions }) => transitions),
  }
}

function timerOf(delay: string, config: unknown, place: Place, around: Surroundings) {
  const path = `${place.path}.after.${delay}`
  const event: EventObject = { type: `after.${delay}.${place.id}` }
  const ms = compileDelay(/^\d+$/.test(delay) ? Number(delay) : delay, path, around)
  const { late, transitions } = withoutLate(config, path, around)
  const schedule: TimerBlueprint['schedule'] = (scope) => {
    return { id: event.type, at: scope.now + ms(argsOf(scope), undefined), event, ...(late !== undefined && { late }) }
  }
  return {
    delay,
    path,
    event,
    timer: { id: event.type, schedule },
    transitions: on(event.type, transitions, place, path, around).map((one) => ({ ...one, facts: { ...one.facts, delay } })),
  }
}

/** `late` is said of the timer, which all transitions of a delay share. */
function withoutLate(config: unknown, path: string, { findings }: Surroundings) {
  const first = Array.isArray(config) ? (config[0] as unknown) : config
  if (!isRecord(first) || first.late === undefined) return { late: undefined, transitions: config }
  const { late, ...transition } = first
  if (!isLate(late)) {
    findings.add(`${path}.late`, `expected fire, restart or drop, got ${JSON.stringify(late)}`)
    return { late: undefined, transitions: transition }
  }
  return { late, transitions: Array.isArray(config) ? [transition, ...config.slice(1)] : transition }
}

function isLate(value: unknown): value is Late {
  return value === 'fire' || value === 'restart' || value === 'drop'
}

/** Where a compound state begins, or where a history leads that remembers nothing. */
function initialOf(place: Place, around: Surroundings): StateBlueprint['initial'] {
  const { kind, raw, path } = place
  if (kind === 'shallow' || kind === 'deep') return historyDefault(place, around)
  if (kind !== 'compound') return undefined
  const config = isRecord(raw.initial) ? raw.initial : { target: raw.initial }
  const first =
    typeof config.target === 'string' ? around.places.target(`.${config.target}`, place, `${path}.initial`) : undefined
  if (config.target === undefined)
    around.findings.add(`${path}.initial`, `expected the state to begin in; there are ${keys(place)}`)
  return {
    targets: first === undefined ? [] : [first.id],
    blocks: [compileActions(config.actions, `${path}.initial.actions`, around)],
    facts: transitionFacts(config),
  }
}

/** Without a target of its own a history leads to where its parent begins. */
function historyDefault(place: Place, around: Surroundings): StateBlueprint['initial'] {
  const { raw, parent, path } = place
  if (parent === undefined) return undefined
  if (raw.target === undefined) {
    if (parent.kind !== 'parallel') return initialOf(parent, around)
    return {
      targets: parent.children.filter(({ kind }) => kind !== 'shallow' && kind !== 'deep').map(({ id }) => id),
      blocks: [],
    }
  }
  const target = around.places.target(raw.target, place, `${path}.target`)
  if (target !== undefined && !isBelow(target, parent)) {
    around.findings.add(`${path}.target`, `a history leads to states of its parent; ${target.id} is none of ${parent.id}`)
  }
  return { targets: target === undefined ? [] : [target.id], blocks: [] }
}

function keys({ children }: Place): string {
  return children.map(({ key }) => key).join(', ')
}

function factsOf({ tags, meta, description, instructions, tools, entry, exit }: RawState): StateFacts {
  return {
    ...(tags !== undefined && { tags: listOf(tags).map(String) }),
    ...(meta !== undefined && { meta }),
    ...(typeof description === 'string' && { description }),
    ...(typeof instructions === 'string' && { instructions }),
    ...(Array.isArray(tools) && { tools: tools.map(String) }),
    ...(entry !== undefined && { entry: actionWords(entry) }),
    ...(exit !== undefined && { exit: actionWords(exit) }),
  }
}
