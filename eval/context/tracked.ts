import { leavesOf, type Variable } from '../../src/context/index.ts'
import { formatPath, type Path } from '../../src/core/index.ts'
import { type ChatMessage, callsOf, type PendingCall, settle } from '../../src/replay/index.ts'
import { factsOf } from './facts.ts'

type Tree = Record<string, unknown>

const LIMITS = { leaves: 50_000, depth: 32 }

/**
 * What a tracker without any idea of the domain would have put into a session's variables: results of tools as they came,
 * arguments of the last call of each tool, facts found in texts. One message is one revision.
 */
export class Tracked {
  revision = 0
  readonly #state: Tree = {}
  readonly #lives = new Map<string, { changed: number; changes: number }>()
  readonly #pending: PendingCall[] = []

  add(message: ChatMessage): void {
    this.revision++
    const text = typeof message.content === 'string' ? message.content : ''
    if (message.role === 'tool') this.#addResult(message, text)
    else if (text !== '') this.#addFacts(['said', message.role ?? 'unknown'], text)
    for (const call of callsOf(message)) {
      this.#pending.push(call)
      this.#put(['calls', call.tool], call.arguments)
    }
  }

  variables(): Variable[] {
    return Array.from(leavesOf(this.#state, [], LIMITS), ({ path, value }) => {
      const life = this.#lives.get(formatPath(path)) ?? { changed: 0, changes: 1 }
      return { path, value, ...life }
    })
  }

  #addResult(message: ChatMessage, text: string): void {
    const call = settle(this.#pending, message)
    const at = ['results', call?.tool ?? 'unknown', argumentsKey(call?.arguments)]
    const parsed = parse(text)
    if (typeof parsed === 'object' && parsed !== null) this.#put(at, parsed)
    else if (text !== '') this.#put(at, text)
  }

  #addFacts(at: readonly string[], text: string): void {
    for (const [kind, found] of Object.entries(factsOf(text))) {
      const list = this.#listAt([...at, kind])
      for (const fact of found) {
        if (!list.includes(fact)) list.push(fact)
        this.#touch([...at, kind, list.indexOf(fact)])
      }
    }
  }

  #put(path: readonly string[], value: unknown): void {
    this.#holder(path)[path.at(-1) ?? ''] = value
    for (const leaf of leavesOf(value, path, LIMITS)) this.#touch(leaf.path)
  }

  #listAt(path: readonly string[]): string[] {
    const holder = this.#holder(path)
    const name = path.at(-1) ?? ''
    holder[name] ??= []
    return holder[name] as string[]
  }

  /** The object a path leads into; made where it is missing. */
  #holder(path: readonly string[]): Tree {
    return path.slice(0, -1).reduce((at, name) => {
      at[name] ??= {}
      return at[name] as Tree
    }, this.#state)
  }

  #touch(path: Path): void {
    const at = formatPath(path)
    this.#lives.set(at, { changed: this.revision, changes: (this.#lives.get(at)?.changes ?? 0) + 1 })
  }
}

/** Names a result by what was asked, where that is short. */
function argumentsKey(value: unknown): string {
  if (typeof value !== 'object' || value === null) return 'last'
  const scalars = Object.values(value).filter((one) => typeof one === 'string' || typeof one === 'number')
  const key = scalars.join(' ')
  return key !== '' && key.length <= 40 && scalars.length === Object.keys(value).length ? key : 'last'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
