import type { Findings } from './findings.ts'
import type { Place } from './place.ts'
import { isRecord, listOf, type RawState } from './raw.ts'
import type { Surroundings } from './surroundings.ts'

const ofState = new Set(
  'id type initial states on always after entry exit invoke onDone history target output tags meta description instructions tools'.split(
    ' ',
  ),
)
const ofRoot = new Set([...ofState, ...'version types context guards actions effects delays actors'.split(' ')])
const ofInvoke = new Set(['src', 'id', 'input', 'onDone', 'onError'])
const kinds = new Set(['atomic', 'compound', 'parallel', 'final', 'history'])

/** Looks at what a state may and may not have, all the way down. */
export function examine(place: Place, around: Surroundings): void {
  const { raw, path } = place
  const { findings } = around
  const known = place.parent === undefined ? ofRoot : ofState
  for (const key of Object.keys(raw)) if (!known.has(key)) findings.unknown(`${path}.${key}`, 'property', key, known)
  if (raw.type !== undefined && !kinds.has(String(raw.type))) findings.unknown(`${path}.type`, 'type', String(raw.type), kinds)
  examineShape(raw, path, findings)
  examineKind(place, findings)
  for (const [i, invoke] of listOf(raw.invoke).entries()) examineInvoke(invoke, `${path}.invoke.${i}`, around)
  for (const child of place.children) examine(child, around)
}

function examineShape(raw: RawState, path: string, findings: Findings): void {
  for (const key of ['on', 'after', 'states']) {
    if (raw[key] !== undefined && !isRecord(raw[key])) findings.add(`${path}.${key}`, 'expected an object')
  }
  for (const key of ['instructions', 'description', 'id']) {
    if (raw[key] !== undefined && typeof raw[key] !== 'string') findings.add(`${path}.${key}`, 'expected a text')
  }
  for (const key of ['tools', 'tags']) {
    if (listOf(raw[key]).some((name) => typeof name !== 'string')) findings.add(`${path}.${key}`, 'expected a list of texts')
  }
}

/** What a final or history state cannot have, and what only some kinds can. */
function examineKind({ kind, raw, path, parent, children }: Place, findings: Findings): void {
  const refuse = (keys: readonly string[], reason: string): void => {
    for (const key of keys) if (raw[key] !== undefined) findings.add(`${path}.${key}`, reason)
  }
  const isPseudo = kind === 'shallow' || kind === 'deep'
  const outgoing = ['on', 'always', 'after', 'invoke', 'states', 'initial', 'onDone']
  if (kind === 'final') refuse(outgoing, 'a final state is not left, and has nothing in it')
  if (isPseudo) refuse([...outgoing, 'entry', 'exit', 'tools', 'instructions', 'tags'], 'a history state is never active')
  if (isPseudo && parent === undefined) findings.add(path, 'a machine cannot be a history state')
  if (!isPseudo && kind !== 'final' && parent !== undefined)
    refuse(['output'], 'only final states, and the machine, have an output')
  if (!isPseudo) refuse(['target', 'history'], 'only history states have this')
  if (kind === 'parallel' && children.length === 0) findings.add(path, 'a parallel state needs states')
  if (kind === 'parallel' && raw.initial !== undefined)
    findings.add(`${path}.initial`, 'all states of a parallel state begin together')
  if (raw.type === 'compound' && kind === 'atomic') findings.add(path, 'a compound state needs states')
  if (raw.type === 'atomic' && kind === 'compound') findings.add(path, 'an atomic state has no states in it')
  if (kind === 'atomic' && raw.onDone !== undefined)
    findings.add(`${path}.onDone`, 'never happens: there is no final state in it')
}

function examineInvoke(invoke: unknown, path: string, { findings, actors }: Surroundings): void {
  if (!isRecord(invoke) || typeof invoke.src !== 'string') {
    findings.add(path, 'expected { src: <name of one of actors> }')
    return
  }
  if (!Object.hasOwn(actors, invoke.src)) findings.unknown(`${path}.src`, 'actor', invoke.src, Object.keys(actors))
  for (const key of Object.keys(invoke)) if (!ofInvoke.has(key)) findings.unknown(`${path}.${key}`, 'property', key, ofInvoke)
}
