import type { Json } from '../core/index.ts'
import type { ActorSource, Args } from '../statechart/index.ts'
import type { Report } from './report.ts'
import { isObject } from './template.ts'

/** A pure function of a step: of what it takes, the JSON knows nothing. */
type Code<Result> = (args: never, params: never) => Result

/** What `assign`, `raise`, `sendTo`, `emit`, `cancel` or `log` made. */
interface Built {
  readonly kind: string
}

/**
 * What a machine in JSON leaves to code, by the names in its `code`: the same functions that `setup` takes. They are pure, like those of any
 * definition.
 */
export interface MachineCode {
  readonly context?: (args: { readonly input: never }) => unknown
  readonly output?: (args: never) => unknown
  readonly guards?: Readonly<Record<string, Code<boolean>>>
  readonly actions?: Readonly<Record<string, Built | readonly Built[]>>
  /** Each makes the payload of the effect of its name. */
  readonly effects?: Readonly<Record<string, Code<unknown>>>
  readonly delays?: Readonly<Record<string, number | Code<number>>>
  /** Children that are machines. */
  readonly actors?: Readonly<Record<string, ActorSource>>
}

const WHOLE = ['context', 'output'] as const
const NAMED = ['guards', 'actions', 'effects', 'delays', 'actors'] as const

/** The code a machine in JSON asks for, as it was brought: what is missing is a finding, and something stands in. */
export interface BroughtCode {
  readonly context?: (args: { readonly input: unknown }) => unknown
  readonly output?: (args: Args) => unknown
  readonly guards: Readonly<Record<string, unknown>>
  readonly actions: Readonly<Record<string, unknown>>
  readonly effects: Readonly<Record<string, (args: Args, params: unknown) => unknown>>
  readonly delays: Readonly<Record<string, unknown>>
  readonly actors: Readonly<Record<string, ActorSource>>
}

/** Finds in `brought` what the JSON names in `code`. */
export function readCode(code: Json | undefined, brought: MachineCode, report: Report): BroughtCode {
  if (code !== undefined && !isObject(code)) report.add(['code'], `expected an object of ${[...WHOLE, ...NAMED].join(', ')}`)
  const asked = isObject(code) ? code : {}
  const known: readonly string[] = [...WHOLE, ...NAMED]
  for (const key of Object.keys(asked)) {
    if (!known.includes(key)) report.add(['code', key], `unknown property; there are ${known.join(', ')}`)
  }
  const found: Record<string, unknown> = {}
  for (const key of WHOLE) if (asked[key] !== undefined) found[key] = readWhole(key, asked[key], brought, report)
  for (const key of NAMED) found[key] = readNamed(key, asked[key], brought, report)
  return found as unknown as BroughtCode
}

function readWhole(key: (typeof WHOLE)[number], asked: Json, brought: MachineCode, report: Report): unknown {
  if (asked !== true) report.add(['code', key], 'expected true: it is a function')
  else if (typeof brought[key] === 'function') return brought[key]
  else report.add(['code', key], `is code: bring it in machineFromJson(json, { code: { ${key} } })`)
  return () => ({})
}

function readNamed(key: (typeof NAMED)[number], asked: Json | undefined, brought: MachineCode, report: Report): object {
  const names = asked ?? []
  const isNames = Array.isArray(names) && names.every((name) => typeof name === 'string' && name !== '')
  if (!isNames) report.add(['code', key], 'expected a list of names')
  const part: Readonly<Record<string, unknown>> = brought[key] ?? {}
  const wanted = isNames ? (names as readonly string[]) : []
  for (const name of Object.keys(part)) {
    if (!wanted.includes(name)) report.add(['code', key], `${name} was brought, and the JSON does not name it`)
  }
  return Object.fromEntries(
    wanted.map((name, i) => {
      if (Object.hasOwn(part, name)) return [name, part[name]]
      report.add(['code', key, i], `is code: bring it in machineFromJson(json, { code: { ${key}: { ${name} } } })`)
      return [name, key === 'actors' ? 'external' : key === 'actions' ? [] : () => false]
    }),
  )
}
