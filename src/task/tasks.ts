import { HoldfastError } from '../core/index.ts'
import type { AnyTask } from './task.ts'

/** The tasks a store was opened with, by name. */
export class Tasks {
  readonly #byName: ReadonlyMap<string, AnyTask>

  /** @throws invalid when two have one name */
  constructor(tasks: readonly AnyTask[]) {
    this.#byName = new Map(tasks.map((task) => [task.name, task]))
    if (this.#byName.size === tasks.length) return
    const twice = tasks.find((task) => this.#byName.get(task.name) !== task)
    throw new HoldfastError('invalid', `Two tasks are named ${twice?.name}`, { path: 'tasks' })
  }

  get all(): Iterable<AnyTask> {
    return this.#byName.values()
  }

  get isEmpty(): boolean {
    return this.#byName.size === 0
  }

  /** @throws invalid for a name that none has */
  named(name: string): AnyTask {
    const task = this.#byName.get(name)
    if (task !== undefined) return task
    const known = this.isEmpty ? 'none is: open the store with { tasks: [...] }' : [...this.#byName.keys()].join(', ')
    throw new HoldfastError('invalid', `Expected the name of a task that is known here, got ${name}; known: ${known}`, {
      path: 'task',
    })
  }

  /** @throws invalid for one the store was not opened with */
  known(task: AnyTask): AnyTask {
    if (this.#byName.get(task.name) === task) return task
    const message = `Task ${task.name} is not known here: open the store with { tasks: [...] }`
    throw new HoldfastError('invalid', message, { path: 'task' })
  }
}
