// A thread of its own, so that a stranger's machine never holds up the event loop, and can be ended when it takes too long.
import { parentPort } from 'node:worker_threads'
import { HoldfastError } from '../../core/index.ts'
import { type MachineJsonLimits, machineFromJson } from '../../machine-json/index.ts'
import { answerOf } from './experiment.ts'
import type { Question, Result } from './question.ts'

/** A definition, and what is asked of it. */
export interface Sheet {
  readonly definition: unknown
  readonly limits: Partial<MachineJsonLimits>
  readonly question: Question
}

parentPort?.on('message', (sheet: Sheet) => parentPort?.postMessage(resultOf(sheet)))

function resultOf({ definition, limits, question }: Sheet): Result {
  try {
    return { ok: true, answer: JSON.stringify(answerOf(machineFromJson(definition, limits), question)) }
  } catch (error) {
    if (error instanceof RangeError)
      return {
        ok: false,
        code: 'invalid',
        message: `This machine is nested too deeply: ${error.message}`,
        details: { path: 'machine' },
      }
    if (!HoldfastError.is(error, 'invalid') && !HoldfastError.is(error, 'too_large')) throw error
    const { code, message, details } = error
    return { ok: false, code, message, details }
  }
}
