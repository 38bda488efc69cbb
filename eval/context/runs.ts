import { readFileSync } from 'node:fs'
import type { RecordedRun } from './moments.ts'

/** The runs in a file: a list, each with its messages. A run without a trial is told apart by its place. */
export function readRecordedRuns(file: string): RecordedRun[] {
  const runs = parsed(file)
  if (!Array.isArray(runs)) throw new Error(`Expected ${file} to hold a list of runs`)
  return runs.map((run: Partial<RecordedRun> | null, i) => {
    if (!Array.isArray(run?.messages)) throw new Error(`Expected run ${i} of ${file} to have messages, in the OpenAI chat format`)
    const { task_id = i, trial = i, messages } = run
    return { task_id, trial, messages }
  })
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } catch (error) {
    const why = error instanceof Error ? (error.message.split(/,? "|\n/)[0] ?? '') : String(error)
    throw new Error(`${file} cannot be read: ${why}`)
  }
}
