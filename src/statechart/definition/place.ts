import type { StateKind } from '../blueprint.ts'
import type { StateValue } from '../look.ts'
import type { Findings } from './findings.ts'
import { isRecord, type RawState } from './raw.ts'

/** States nested deeper than this are refused: nobody writes them, and a definition that contains itself would have no end. */
const MOST_LEVELS = 64

/** More states than this are refused: a few objects that contain each other can stand for billions. */
const MOST_STATES = 20_000

/** A state of a definition in its tree, before its transitions are read. */
export interface Place {
  /** What snapshots are stored with: keys joined by dots; of the root, `#` and the id of the machine. */
  readonly id: string
  readonly key: string
  /** Where findings point. */
  readonly path: string
  readonly kind: StateKind
  readonly raw: RawState
  readonly parent: Place | undefined
  readonly children: Place[]
}

/** The tree of a definition's states, and how targets are found in it. */
export class Places {
  readonly root: Place
  readonly #byId = new Map<string, Place>()
  readonly #byTag = new Map<string, Place>()
  readonly #findings: Findings
  #count = 0

  constructor(raw: RawState, machine: string, findings: Findings) {
    this.#findings = findings
    this.root = this.#add(raw, machine, undefined)
  }

  /** What a target stands for, seen from `from`; a finding, and undefined, when there is no such state. */
  target(text: unknown, from: Place, path: string): Place | undefined {
    if (typeof text !== 'string' || text === '') {
      this.#findings.add(path, `expected the name of a state, got ${JSON.stringify(text) ?? typeof text}`)
      return undefined
    }
    const found = this.#find(text, from)
    if (found !== undefined) return found
    const within = text.startsWith('#') ? [...this.#byTag.keys()].map((tag) => `#${tag}`) : siblings(from, text)
    this.#findings.unknown(path, 'state', text, within)
    return undefined
  }

  /** The ids a guard `stateIn` names. */
  idsOf(value: StateValue, path: string): string[] {
    const texts = typeof value === 'string' ? [value] : flatten(value, '')
    return texts.flatMap((text) => {
      const place = text.startsWith('#') ? this.#find(text, this.root) : this.#byId.get(text)
      if (place === undefined) this.#findings.unknown(path, 'state', text, this.#byId.keys())
      return place?.id ?? []
    })
  }

  #find(text: string, from: Place): Place | undefined {
    if (text.startsWith('#')) return this.#byTag.get(text.slice(1)) ?? this.#below(text.slice(1))
    if (text.startsWith('.')) return this.#byId.get(idIn(from, text.slice(1)))
    return this.#byId.get(idIn(from.parent ?? from, text))
  }

  /** `#id.child.grandchild` */
  #below(text: string): Place | undefined {
    for (let dot = text.lastIndexOf('.'); dot > 0; dot = text.lastIndexOf('.', dot - 1)) {
      const start = this.#byTag.get(text.slice(0, dot))
      if (start !== undefined) return this.#byId.get(idIn(start, text.slice(dot + 1)))
    }
    return undefined
  }

  #add(raw: RawState, key: string, parent: Place | undefined): Place {
    const id = parent === undefined ? `#${key}` : idIn(parent, key)
    const path = parent === undefined ? key : `${parent.path}.${key}`
    const place: Place = { id, key, path, raw, parent, kind: kindOf(raw), children: [] }
    this.#register(place)
    if (depthOf(place) > MOST_LEVELS) this.#findings.add(path, `is more than ${MOST_LEVELS} levels deep`)
    else if (++this.#count > MOST_STATES) this.#findings.add('states', `there are more than ${MOST_STATES}`)
    else if (isRecord(raw.states)) {
      for (const [name, child] of Object.entries(raw.states)) {
        if (!/^[^\s.#]+$/.test(name)) this.#findings.add(`${path}.${name}`, 'a key must not be empty or hold spaces, dots or #')
        if (isRecord(child)) place.children.push(this.#add(child, name, place))
        else this.#findings.add(`${path}.${name}`, 'expected a state, an object')
      }
    }
    return place
  }

  #register(place: Place): void {
    if (place.parent !== undefined) this.#byId.set(place.id, place)
    const own = place.parent === undefined ? place.key : place.raw.id
    if (typeof own === 'string') {
      if (this.#byTag.has(own))
        this.#findings.add(place.path, `the id ${JSON.stringify(own)} is taken by ${this.#byTag.get(own)?.path}`)
      else this.#byTag.set(own, place)
    }
  }
}

function depthOf(place: Place): number {
  let depth = 0
  for (let at = place.parent; at !== undefined; at = at.parent) depth++
  return depth
}

function idIn(parent: Place, key: string): string {
  return parent.parent === undefined ? key : `${parent.id}.${key}`
}

function siblings(from: Place, text: string): string[] {
  const isBelow = text.startsWith('.')
  const level = isBelow ? from : (from.parent ?? from)
  return level.children.map(({ key }) => (isBelow ? `.${key}` : key))
}

function kindOf({ type, states, history }: RawState): StateKind {
  if (type === 'history' || (type === undefined && history !== undefined)) return history === 'deep' ? 'deep' : 'shallow'
  if (type === 'parallel' || type === 'final') return type
  return isRecord(states) && Object.keys(states).length > 0 ? 'compound' : 'atomic'
}

function flatten(value: Exclude<StateValue, string>, prefix: string): string[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    return typeof inner === 'string'
      ? [prefix + key, `${prefix}${key}.${inner}`]
      : [prefix + key, ...flatten(inner, `${prefix}${key}.`)]
  })
}
