import { HoldfastError } from '../core/index.ts'
import { MAX_ENTRY_BYTES } from '../runtime/index.ts'
import { encodeLeaf } from '../store/index.ts'

/** What a run's code returns, if it can be kept. @throws invalid, too_large */
export function storable(output: unknown = null): unknown {
  const bytes = encodeLeaf(output, undefined, ['the output']).length
  if (bytes <= MAX_ENTRY_BYTES) return output
  const message = `The output takes ${bytes} bytes, it may take ${MAX_ENTRY_BYTES}; keep it in the session, or outside`
  throw new HoldfastError('too_large', message, { path: 'output', limit: MAX_ENTRY_BYTES, actual: bytes, unit: 'bytes' })
}
