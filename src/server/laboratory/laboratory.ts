import { Worker } from 'node:worker_threads'
import { HoldfastError, type Json } from '../../core/index.ts'
import { type MachineJsonLimits, toJson } from '../../machine-json/index.ts'
import type { Machine } from '../../statechart/index.ts'
import { answerOf } from './experiment.ts'
import type { Sheet } from './laboratory-worker.ts'
import type { Question, Result } from './question.ts'

/** A machine that takes longer is too large to be looked through; its thread is ended. */
const MOST_MS = 5000
/** So does one that takes more memory. */
const MOST_MIB = 256
/** Questions that wait for their turn. */
const MOST_WAITING = 32

/** The whole of a machine in JSON; undefined for one that is code, or needs some. */
function definitionIn(machine: Machine): Json | undefined {
  try {
    const definition = toJson(machine)
    return Object.hasOwn(Object(definition), 'code') ? undefined : definition
  } catch (error) {
    if (HoldfastError.is(error, 'invalid')) return undefined
    throw error
  }
}

/** Looks through definitions of strangers on a thread of its own, one question at a time. */
export class Laboratory {
  readonly #end = new AbortController()
  readonly #checked = new WeakMap<Machine, string>()
  #worker: Worker | undefined
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  /**
   * What the machine of a definition answers, as JSON text.
   * @throws invalid with all findings when the definition or the question is unusable; too_large, also for what takes longer than
   * 5 s; unavailable when too many wait
   */
  async ask(definition: Json, limits: Partial<MachineJsonLimits>, question: Question): Promise<string> {
    if (this.#waiting >= MOST_WAITING)
      throw new HoldfastError('unavailable', `${MOST_WAITING} machines wait to be looked through; ask again`, {
        reason: 'overloaded',
      })
    this.#waiting++
    const answer = this.#last.then(() => this.#ask({ definition, limits, question }))
    this.#last = answer.catch(() => {})
    try {
      return await answer
    } finally {
      this.#waiting--
    }
  }

  /** The same of a machine. What is code is the program's own, and cannot go elsewhere: it is looked through in place. */
  async examine(machine: Machine, question: Question): Promise<string> {
    const definition = definitionIn(machine)
    if (definition !== undefined) return this.ask(definition, {}, question)
    const known = question.ask === 'check' ? this.#checked.get(machine) : undefined
    const answer = known ?? JSON.stringify(answerOf(machine, question))
    if (question.ask === 'check') this.#checked.set(machine, answer)
    return answer
  }

  /** Ends what is being looked through. */
  close(): void {
    this.#end.abort()
    void this.#worker?.terminate()
  }

  async #ask(sheet: Sheet): Promise<string> {
    const result = await this.#answered(sheet)
    if (result.ok) return result.answer
    throw new HoldfastError(result.code, result.message, result.details as never)
  }

  #start(): Worker {
    const source = import.meta.url.endsWith('.ts') ? './laboratory-worker.ts' : './laboratory-worker.js'
    const worker = new Worker(new URL(source, import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: MOST_MIB } })
    const forget = (): void => {
      if (this.#worker === worker) this.#worker = undefined
    }
    worker.on('error', forget).on('exit', forget)
    worker.unref()
    this.#worker = worker
    return worker
  }

  #answered(sheet: Sheet): Promise<Result> {
    const { signal } = this.#end
    if (signal.aborted) throw new HoldfastError('cancelled', 'The server closes', {})
    const worker = this.#worker ?? this.#start()
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    const timer = setTimeout(() => reject(tooLong()), MOST_MS)
    const failed = (cause: unknown): void => reject(unforeseen(cause))
    const ended = (): void => reject(new HoldfastError('cancelled', 'The server closes', {}))
    worker.once('message', resolve).once('error', failed).once('exit', ended)
    worker.postMessage(sheet)
    return promise
      .catch((error: unknown) => {
        this.#worker = undefined
        void worker.terminate()
        throw error
      })
      .finally(() => {
        clearTimeout(timer)
        worker.off('message', resolve).off('error', failed).off('exit', ended)
      })
  }
}

function tooLong(): HoldfastError<'too_large'> {
  const message = `This machine takes longer than ${MOST_MS} ms to be looked through; ask for less, or divide it`
  return new HoldfastError('too_large', message, { path: 'machine', limit: MOST_MS, actual: MOST_MS, unit: 'ms' })
}

function unforeseen(cause: unknown): HoldfastError<'too_large' | 'unavailable'> {
  const isMemory = Object(cause).code === 'ERR_WORKER_OUT_OF_MEMORY'
  if (!isMemory)
    return new HoldfastError('unavailable', 'The machine could not be looked through', { reason: 'engine' }, { cause })
  const message = 'This machine takes more memory than there is to look through it; ask for less, or divide it'
  return new HoldfastError('too_large', message, { path: 'machine', limit: MOST_MIB, actual: MOST_MIB, unit: 'MiB' })
}
