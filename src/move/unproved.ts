import { HoldfastError } from '../core/index.ts'

/** Something was found not to be what it must be: the source is damaged, or the target is not the same. Exit code 5. */
export class Unproved extends HoldfastError<'corrupt'> {
  constructor(message: string) {
    super('corrupt', message, {})
  }
}

/** @throws Unproved when both texts are not the same */
export function expectSame(source: string, target: string, what: string): void {
  if (source === target) return
  const at = [...source].findIndex((letter, i) => letter !== target[i])
  const near = (text: string): string => text.slice(Math.max(at - 40, 0), Math.max(at, 0) + 80)
  throw new Unproved(
    `${what} is not the same in the target: expected ${near(source)}, found ${near(target)}. The source is as it was; delete the target and move again, and tell us`,
  )
}
