import { parseArgs } from 'node:util'

/** How the evaluation is run. */
export interface Options {
  /** Recorded runs of an agent: `[{ task_id, trial, messages }]`, messages in the OpenAI chat format. */
  readonly file: string
  /** Where to write what was chosen, one line for each tool call. */
  readonly predictions: string | undefined
  readonly json: boolean
  /** Only the tasks of one half, by a hash of their ids. */
  readonly half: 'tune' | 'validate' | undefined
}

const USAGE = 'npm run eval:context -- --file PATH [--predictions OUT.jsonl] [--half tune|validate] [--json]'

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      file: { type: 'string' },
      predictions: { type: 'string' },
      half: { type: 'string' },
      json: { type: 'boolean' },
    },
  })
  const { file, half } = values
  if (file === undefined) throw new Error(`--file is missing: ${USAGE}`)
  if (half !== undefined && half !== 'tune' && half !== 'validate')
    throw new Error(`Expected tune or validate, got ${half}: ${USAGE}`)
  return { file, half, predictions: values.predictions, json: values.json ?? false }
}
