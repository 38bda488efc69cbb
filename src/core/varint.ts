/** Unsigned LEB128 (little-endian base 128) of integers up to 2^53 - 1. */
export function varintLength(value: number): number {
  let length = 1
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++
  return length
}

/** Writes `value` at `offset`; returns the offset behind it. */
export function writeVarint(into: Uint8Array, offset: number, value: number): number {
  let at = offset
  let rest = value
  for (; rest >= 128; rest = Math.floor(rest / 128)) into[at++] = (rest % 128) | 128
  into[at++] = rest
  return at
}

/** Reads the integer at `offset`; returns it with the offset behind it, or undefined where the bytes end early. */
export function readVarint(from: Uint8Array, offset: number): { value: number; end: number } | undefined {
  let value = 0
  let scale = 1
  for (let at = offset; at < from.length && at < offset + 8; at++) {
    const byte = from[at] as number
    value += (byte & 127) * scale
    if (byte < 128) return { value, end: at + 1 }
    scale *= 128
  }
  return undefined
}
