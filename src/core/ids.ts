import { randomFillSync } from 'node:crypto'

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const pool = Buffer.alloc(4096)
let used = pool.length

/** A random id of 80 bits in 16 characters (Crockford base 32, lower case). */
export function randomId(): string {
  if (used + 16 > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  let id = ''
  for (let i = 0; i < 16; i++) id += ALPHABET[(pool[used + i] as number) & 31]
  used += 16
  return id
}
