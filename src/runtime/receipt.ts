import { type Codec, HoldfastError } from '../core/index.ts'
import { decodeNode, encodeLeaf } from '../store/index.ts'

/** What a repeated request is answered with, as stored. */
export function encodeReceipt(codec: Codec, value: unknown): Uint8Array {
  return codec.seal(encodeLeaf(value, undefined, ['the result of the decision']))
}

export function decodeReceipt(codec: Codec, receipt: Uint8Array): unknown {
  const node = decodeNode(codec.open(receipt))
  return node.type === 'leaf' ? node.value : undefined
}

export function reusedKey(key: string): HoldfastError<'invalid'> {
  const message = `Idempotency key ${JSON.stringify(key)} was used before for another request; use a new key for a new request`
  return new HoldfastError('invalid', message, { path: 'key' })
}
