import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { randomId } from '../../src/core/index.ts'
import type { Chance } from './chance.ts'

/**
 * Runs `work` with everything of the platform that would differ from one run to the next in the hands of a simulation: random
 * bytes and numbers, and what is to happen in a later phase of the event loop. What is left, promises, runs in an order that the
 * language fixes.
 */
export async function withoutPlatform<Value>(
  chance: Chance,
  immediate: (callback: () => void) => void,
  work: () => Promise<Value>,
): Promise<Value> {
  const {
    setImmediate,
    Math: { random },
  } = globalThis
  const { randomFillSync } = crypto
  let filled = false
  const fill = (bytes: Uint8Array): Uint8Array => {
    filled = true
    for (let i = 0; i < bytes.length; i++) bytes[i] = chance.below(256)
    return bytes
  }
  crypto.randomFillSync = fill as unknown as typeof randomFillSync
  syncBuiltinESMExports()
  globalThis.setImmediate = ((callback: () => void) => immediate(callback)) as unknown as typeof setImmediate
  Math.random = () => chance.fraction()
  try {
    // Ids come out of a pool: what is left of the real one is thrown away.
    while (!filled) randomId()
    return await work()
  } finally {
    crypto.randomFillSync = randomFillSync
    syncBuiltinESMExports()
    globalThis.setImmediate = setImmediate
    Math.random = random
  }
}
