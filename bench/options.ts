import { parseArgs } from 'node:util'

/** How a benchmark is run. */
export interface Options {
  /** Smaller counts and fewer rounds: shows that everything runs, not how fast. */
  readonly quick: boolean
  /** Figures as JSON on stdout. */
  readonly json: boolean
  /** Names of the figures wanted; all when empty. */
  readonly only: readonly string[]
}

/** Reads `--quick`, `--json` and `--only name,name`. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean' }, json: { type: 'boolean' }, only: { type: 'string' } },
  })
  const only = values.only?.split(',').filter((name) => name !== '') ?? []
  return { quick: values.quick ?? false, json: values.json ?? false, only }
}

/** A line of progress, beside the results on stdout. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}
