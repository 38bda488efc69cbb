import { existsSync } from 'node:fs'
import { type Cipher, type Clock, checkSegment, HoldfastError } from './core/index.ts'
import { abandonEngine, type MoveReport, moveEngine } from './move/index.ts'
import { openEngine } from './open-engine.ts'
import { type Durability, type Engine, Store, stateHash } from './store/index.ts'

export { type MoveReport, Unproved } from './move/index.ts'

/** How a store is moved. */
export interface MoveOptions {
  /** Of the source: without it a store that is sealed moves as well, but has no state hash. */
  readonly cipher?: Cipher | undefined
  /** Of what is written into the target. Default `full`. */
  readonly durability?: Durability | undefined
  /** Told what it is at, in words. */
  readonly onProgress?: ((text: string) => void) | undefined
  /** Stops it; the same move goes on from there. */
  readonly signal?: AbortSignal | undefined
  readonly clock?: Clock | undefined
}

/**
 * Moves a store, by URL, with everything it holds and its whole history, into an empty one. The source may be in use, by other processes
 * too, until the last moments, in which it is stopped for good; from then on its writers are told where it went. Whatever ends the
 * move before that leaves the source in use; the same call goes on from there.
 * @throws invalid, not_found for stores that are none; conflict when the target is not empty or belongs to another move; corrupt
 * (`Unproved`) when the source is damaged or the target turns out not to be the same; cancelled; unavailable
 */
export async function moveStore(from: string, to: string, options: MoveOptions = {}): Promise<MoveReport> {
  const { cipher, durability, onProgress, signal, clock } = options
  const source = await existing(from)
  try {
    const target = await openEngine(to, { durability, moving: 'to' })
    try {
      if (source.transfer?.name === target.transfer?.name) {
        throw new HoldfastError('invalid', `Expected two stores, got ${from} twice`, { path: 'store' })
      }
      const hash = (engine: Engine): Promise<string | null> => hashOf(engine, cipher)
      return await moveEngine(source, target, { hash, check: checkSegment, onProgress, signal, clock })
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

/** Gives up a move: the store is whole again where it was. False when it was not being moved. @throws conflict when it has moved */
export async function abandonMove(from: string): Promise<boolean> {
  const engine = await existing(from)
  try {
    return await abandonEngine(engine)
  } finally {
    await engine.close()
  }
}

async function existing(url: string): Promise<Engine> {
  if (url === 'memory:')
    throw new HoldfastError('invalid', 'memory: is forgotten with its process: there is nothing to move', { path: 'store' })
  const file = url.startsWith('file:') ? url.slice(5) : undefined
  if (file !== undefined && !existsSync(file)) throw new HoldfastError('not_found', `There is no store ${url}`, { file })
  return openEngine(url, { moving: 'from' })
}

/** Null for a store that is sealed with a cipher that is not given. */
async function hashOf(engine: Engine, cipher: Cipher = unsealed): Promise<string | null> {
  try {
    return await stateHash(new Store(engine, { cipher }))
  } catch (error) {
    if (error instanceof Sealed) return null
    throw error
  }
}

class Sealed extends HoldfastError<'invalid'> {}

/** Opens what is not sealed. */
const unsealed: Cipher = {
  keyId: new Uint8Array(0),
  seal: (body) => body,
  open(body, keyId) {
    if (keyId.length > 0) throw new Sealed('invalid', 'The store is sealed: its cipher is needed to read it', {})
    return body
  },
}
