import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HoldfastError, type Json } from '../../core/index.ts'
import { machineFromJson } from '../../machine-json/index.ts'
import { isMachine, type Machine } from '../../statechart/index.ts'
import type { Call } from '../call.ts'
import type { Options } from '../command.ts'
import { UsageError } from '../usage-error.ts'

/** How the machine is found that a command is about. */
export const sourceOptions: Options = {
  export: { value: 'NAME', help: 'which export of a module, where it has several machines' },
  xstate: { help: 'the JSON is a configuration of XState 5' },
}

type Found = Readonly<Record<string, Machine>>

/**
 * The machine that a command names: a file (JSON, SCXML, or a module that exports a machine of Holdfast or XState), else one that is
 * defined in the store.
 * @throws not_found; invalid with all findings at once
 */
export async function machineNamed(call: Call, typed: string): Promise<Machine> {
  if (existsSync(typed)) return machineIn(call, typed)
  if (/\.(json|scxml|xml|[cm]?[jt]s)$/i.test(typed))
    throw new HoldfastError('not_found', `There is no file ${typed}`, { file: typed })
  await using hf = await call.openToRead()
  const [id = '', version] = typed.split('@')
  return await hf.statecharts.get(id, version)
}

/** The machine in a file. */
export async function machineIn(call: Call, file: string): Promise<Machine> {
  const found = await machinesIn(call, file)
  const wanted = call.option('export')
  const names = Object.keys(found)
  const [only] = Object.values(found)
  if (wanted === undefined && names.length === 1 && only !== undefined) return only
  const named = wanted === undefined || !Object.hasOwn(found, wanted) ? undefined : found[wanted]
  if (named !== undefined) return named
  const problem = wanted === undefined ? `has ${names.length} machines` : `exports no machine ${wanted}`
  throw new UsageError(`${file} ${problem}; name one with --export: ${names.join(', ') || 'there are none'}`, '--export')
}

/** All machines in a file, by the name they are exported under. */
export async function machinesIn(call: Call, file: string): Promise<Found> {
  if (/\.[cm]?[jt]s$/i.test(file)) return exported(await loaded(file))
  const text = read(file)
  if (/\.(scxml|xml)$/i.test(file)) return { default: await readScxml(text) }
  if (!call.flag('xstate')) return { default: machineFromJson(text) }
  const { fromXState } = await import('../../xstate/index.ts')
  return { default: fromXState(jsonIn(file)) }
}

/** What a file of JSON holds. @throws not_found; invalid */
export function jsonIn(file: string): Json {
  try {
    return JSON.parse(read(file)) as Json
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause
    throw new HoldfastError('invalid', `${file} is no JSON: ${(cause as Error).message}`, { path: file }, { cause })
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const code = existsSync(file) ? 'invalid' : 'not_found'
    throw new HoldfastError(code, `${file} cannot be read: ${(cause as Error).message}`, { path: file, file }, { cause })
  }
}

async function readScxml(text: string): Promise<Machine> {
  const { loadScxml } = await import('../../scxml/index.ts')
  // The document's code runs as long as the machine does: its sandbox ends with the process.
  return (await loadScxml()).read(text)
}

async function loaded(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Readonly<Record<string, unknown>>
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause
    throw new HoldfastError('invalid', `${file} cannot be loaded: ${(cause as Error).message}`, { path: file }, { cause })
  }
}

async function exported(module: Readonly<Record<string, unknown>>): Promise<Found> {
  const found: Record<string, Machine> = {}
  const { fromXState } = await import('../../xstate/index.ts')
  for (const [name, value] of Object.entries(module)) {
    const { machine, config, implementations } = Object(value)
    if (isMachine(value)) found[name] = value
    else if (isMachine(machine)) found[name] = machine
    else if (config !== undefined && implementations !== undefined) found[name] = fromXState(value)
  }
  return found
}
