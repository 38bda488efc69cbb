import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** One direction of a connection: what comes from one socket goes to the other, in order, when its time has come. */
export class Stream {
  readonly #to: Socket
  readonly #wait: () => number
  readonly #passes: () => boolean
  #line: Promise<unknown> = Promise.resolve()
  #frozen: PromiseWithResolvers<void> | undefined

  /**
   * @param wait for how many milliseconds a piece is kept back
   * @param passes asked just before a piece goes on; false swallows it
   */
  constructor(from: Socket, to: Socket, wait: () => number, passes: () => boolean) {
    this.#to = to
    this.#wait = wait
    this.#passes = passes
    from.on('data', (piece: Buffer) => {
      this.#follow(() => to.write(piece), true)
    })
    from.on('end', () => this.#follow(() => to.end(), false))
  }

  freeze(): void {
    this.#frozen ??= Promise.withResolvers()
  }

  thaw(): void {
    this.#frozen?.resolve()
    this.#frozen = undefined
  }

  /** Pieces that come one after the other are kept back at the same time, so that a delay is no limit on how much goes through. */
  #follow(pass: () => void, isPiece: boolean): void {
    const ms = this.#wait()
    const due = ms === 0 ? undefined : setTimeout(ms)
    this.#line = this.#line.then(async () => {
      await due
      while (this.#frozen !== undefined) await this.#frozen.promise
      if (!this.#to.destroyed && (!isPiece || this.#passes())) pass()
    })
  }
}
