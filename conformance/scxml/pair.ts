import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A document of the test framework, with what its author says must come of it. */
export interface Pair {
  /** `group/name` */
  readonly name: string
  readonly document: string
  readonly script: Script
  /** The text behind a `src` of the document. */
  load(src: string): string | undefined
}

/** The events to send, and where the machine must be after each. */
export interface Script {
  readonly initialConfiguration: readonly string[]
  readonly events: readonly ScriptedEvent[]
  /** Where the semantics of 2011 are asked for: the document is of that time. */
  readonly legacySemantics?: Script
}

interface ScriptedEvent {
  /** Milliseconds to wait before it is sent. */
  readonly after?: number
  readonly event: { readonly name: string; readonly data?: unknown }
  readonly nextConfiguration: readonly string[]
}

/** All pairs below a folder, in the order of their names. */
export function readPairs(folder: string): Pair[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => readPair(folder, file.replace(/\.json$/, '')))
}

function readPair(folder: string, name: string): Pair {
  const at = join(folder, name)
  const script = JSON.parse(readFileSync(`${at}.json`, 'utf8')) as Script
  const load = (src: string): string | undefined => {
    const file = join(dirname(at), src.replace(/^file:/, ''))
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined
  }
  return { name: name.replaceAll('\\', '/'), document: readFileSync(`${at}.scxml`, 'utf8'), script, load }
}
