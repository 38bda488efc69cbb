import type { Engine } from '../store/index.ts'

/** The calls of engines that have not been answered yet: while there are any, a process is not at rest. */
export class Traffic {
  #open = 0

  get isFlowing(): boolean {
    return this.#open > 0
  }

  /** The same engine, its calls counted. */
  watching(engine: Engine): Engine {
    return new Proxy(engine, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver)
        return typeof value === 'function' ? (...given: unknown[]) => this.#counted(Reflect.apply(value, target, given)) : value
      },
    })
  }

  #counted(answer: unknown): unknown {
    if (!(answer instanceof Promise)) return answer
    this.#open++
    const end = (): void => {
      this.#open--
    }
    answer.then(end, end)
    return answer
  }
}
