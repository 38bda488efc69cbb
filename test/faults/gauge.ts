import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Commit, Engine, Receipt } from '../../src/store/index.ts'

/**
 * A file of one byte that says whether the victim is inside `Engine.commit`: written before the call and again once the call
 * has answered. What a process has written is the kernel's: it outlives SIGKILL, so whoever reads it after the victim's
 * death knows where it died.
 */
export class Gauge {
  readonly #descriptor: number

  constructor(file: string) {
    this.#descriptor = openSync(file, 'w')
    this.#set(0)
  }

  /** The engine, with its commits announced. */
  watching(engine: Engine): Engine {
    const commit = (batch: readonly Commit[]): readonly Receipt[] | Promise<readonly Receipt[]> => {
      this.#set(1)
      const receipts = engine.commit(batch)
      if (receipts instanceof Promise) return receipts.finally(() => this.#set(0))
      this.#set(0)
      return receipts
    }
    return { ...engine, commit }
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #set(value: number): void {
    writeSync(this.#descriptor, Uint8Array.of(value), 0, 1, 0)
  }
}

/** True when whoever wrote the gauge last was inside a commit. */
export function isInside(file: string): boolean {
  try {
    return readFileSync(file)[0] === 1
  } catch {
    return false
  }
}
