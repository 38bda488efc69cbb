import type { Awaitable, Commit, Engine, Receipt } from '../store/index.ts'

/** An engine whose commits go through only when a test says so. */
export class Stage {
  /** Batches in the order they reached the engine. */
  readonly batches: (readonly Commit[])[] = []
  #held: (() => void)[] | undefined
  #failures: unknown[] = []

  /** Stands between a store and its engine; see `NodeOptions.between`. */
  readonly between = (inner: Engine): Engine => ({ ...inner, commit: (batch) => this.#commit(inner, batch) })

  /** From now on commits wait. */
  hold(): void {
    this.#held ??= []
  }

  /** How many batches wait. */
  get waiting(): number {
    return this.#held?.length ?? 0
  }

  /** Lets what waits go through, and what comes later too. */
  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const go of held) go()
  }

  /** The next batches fail with these, one after the other, and store nothing. */
  fail(...errors: unknown[]): void {
    this.#failures.push(...errors)
  }

  #commit(inner: Engine, batch: readonly Commit[]): Awaitable<readonly Receipt[]> {
    this.batches.push(batch)
    const held = this.#held
    return held === undefined
      ? this.#go(inner, batch)
      : new Promise<void>((resolve) => held.push(resolve)).then(() => this.#go(inner, batch))
  }

  #go(inner: Engine, batch: readonly Commit[]): Awaitable<readonly Receipt[]> {
    if (this.#failures.length > 0) throw this.#failures.shift()
    return inner.commit(batch)
  }
}
