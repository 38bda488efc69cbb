import { HoldfastError, withoutPassword } from './core/index.ts'
import { createMemoryEngine, createSqliteEngine, type Durability, type Engine } from './store/index.ts'

/** How the engine of a store is opened. */
export interface EngineOptions {
  /** `full` (default): what is acknowledged survives loss of power. `os`: it survives the process, not the machine. Of files only. */
  readonly durability?: Durability | undefined
  /** Open it to be moved: answers may take long. `to`: it may be one that is being filled, which is refused else. */
  readonly moving?: 'from' | 'to'
}

/** Whole tables are looked through when a store moves. */
const MOVING_MS = 600_000

/** The engine that a URL names. @throws invalid for an unusable URL; whatever opening throws */
export async function openEngine(url: string, { durability = 'full', moving }: EngineOptions): Promise<Engine> {
  const filling = moving === 'to'
  if (url === 'memory:') return createMemoryEngine()
  if (url.startsWith('file:') && url.length > 5) return createSqliteEngine({ file: url.slice(5), durability, filling })
  if (/^postgres(ql)?:/.test(url))
    return (await postgres()).openPostgresEngine({ url, filling, ...(moving && { timeout: MOVING_MS }) })
  const message = `Expected a store such as file:./agent.db, postgres://host/database or memory:, got ${JSON.stringify(withoutPassword(url))}`
  throw new HoldfastError('invalid', message, { path: 'store' })
}

/** The client is an optional peer: who keeps state in a file need not have it. */
async function postgres(): Promise<typeof import('./store/postgres/index.ts')> {
  try {
    return await import('./store/postgres/index.ts')
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    const message = 'A store in PostgreSQL needs a package that is not installed: npm install pg'
    throw new HoldfastError('invalid', message, { path: 'store' }, { cause })
  }
}
