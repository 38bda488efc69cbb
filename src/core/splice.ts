import { HoldfastError } from './errors.ts'
import { readVarint, varintLength, writeVarint } from './varint.ts'

/**
 * A patch between two byte strings: keep a prefix, keep a suffix, put bytes between them. It knows nothing of what the
 * bytes mean, so it serves every value alike. Form: varint prefix length, varint suffix length, middle bytes.
 */
export function makeSplice(from: Uint8Array, to: Uint8Array): Uint8Array {
  const shorter = Math.min(from.length, to.length)
  let prefix = 0
  while (prefix < shorter && from[prefix] === to[prefix]) prefix++
  const left = shorter - prefix
  let suffix = 0
  while (suffix < left && from[from.length - 1 - suffix] === to[to.length - 1 - suffix]) suffix++
  const middle = to.length - prefix - suffix
  const patch = Buffer.allocUnsafe(varintLength(prefix) + varintLength(suffix) + middle)
  const at = writeVarint(patch, writeVarint(patch, 0, prefix), suffix)
  patch.set(to.subarray(prefix, prefix + middle), at)
  return patch
}

/**
 * Applies a patch made by `makeSplice(from, to)`; returns `to`.
 * @throws corrupt when the patch does not fit `from`.
 */
export function applySplice(from: Uint8Array, patch: Uint8Array): Uint8Array {
  const prefix = readVarint(patch, 0)
  const suffix = prefix && readVarint(patch, prefix.end)
  if (!prefix || !suffix || prefix.value + suffix.value > from.length) {
    throw new HoldfastError(
      'corrupt',
      'A stored patch does not fit the value it belongs to; run `holdfast doctor` on the store',
      {},
    )
  }
  const middle = patch.subarray(suffix.end)
  const to = Buffer.allocUnsafe(prefix.value + middle.length + suffix.value)
  to.set(from.subarray(0, prefix.value), 0)
  to.set(middle, prefix.value)
  to.set(from.subarray(from.length - suffix.value), prefix.value + middle.length)
  return to
}
