import { HoldfastError } from './errors.ts'

/** Compares two strings as their UTF-8 bytes compare, which is how every engine orders keys. */
export function compareUtf8(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** Surrogates stand for code points above every other UTF-16 unit, so they must sort last. */
function rank(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit
}

/** The smallest string greater than every string that starts with `prefix`; undefined for the empty prefix (no bound). */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix)
  while (points.length > 0) {
    const last = (points.pop() as string).codePointAt(0) as number
    if (last < 0x10ffff) return points.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1)
  }
  return undefined
}

/**
 * Refuses text that engines could not give back as it was.
 * @throws invalid for what is no text, lone surrogates and NUL.
 */
export function checkText(text: string, what: string): void {
  if (typeof text === 'string' && text.isWellFormed() && !text.includes('\0')) return
  const got = JSON.stringify(text) ?? typeof text
  throw new HoldfastError('invalid', `Expected ${what} to be well-formed text without NUL, got ${got}`, { path: what })
}

/**
 * Refuses names that engines could not keep or compare alike.
 * @throws invalid for lone surrogates, NUL and the empty string; too_large beyond `limit` UTF-8 bytes.
 */
export function checkName(name: string, what: string, limit = 512): void {
  if (typeof name !== 'string' || name === '') {
    throw new HoldfastError('invalid', `Expected ${what} to be a non-empty string, got ${JSON.stringify(name) ?? typeof name}`, {
      path: what,
    })
  }
  checkText(name, what)
  if (name.length * 3 > limit && Buffer.byteLength(name) > limit) {
    const actual = Buffer.byteLength(name)
    throw new HoldfastError('too_large', `Expected ${what} of at most ${limit} bytes, got ${actual}`, {
      path: what,
      limit,
      actual,
      unit: 'bytes',
    })
  }
}
