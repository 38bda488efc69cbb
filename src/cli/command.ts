import type { Call } from './call.ts'
import type { ExitCode } from './exit-code.ts'

/** One verb of the command line. */
export interface Command {
  /** One word, or two: what it is about, and the verb. */
  readonly name: string
  /** One line for the list of commands. */
  readonly summary: string
  readonly arguments: readonly Argument[]
  readonly options: Options
  /** URL of the store it works on unless told otherwise. Default: $HOLDFAST_STORE, else file:./holdfast.db. */
  readonly store?: string
  /** Complete calls, without the leading `holdfast`. */
  readonly examples: readonly string[]
  /** What to try next, without the leading `holdfast`. */
  readonly next: string
  /** Commands that print while they run print themselves and return nothing. */
  run(call: Call): Promise<Result | undefined>
}

/** Something named by its place. */
export interface Argument {
  readonly name: string
  readonly optional?: boolean
}

/** Options by name; those with `value` take one, the others are said or not. */
export type Options = Readonly<Record<string, Option>>

/** Something named by `--name`. */
export interface Option {
  /** What the value is called in the help; absent for flags. */
  readonly value?: string
  /** May be given several times. */
  readonly many?: boolean
  readonly help: string
}

/** What a command found or did. */
export interface Result {
  /** What `--json` prints; may hold rich values. */
  readonly data: unknown
  /** What a person reads; to stdout. */
  readonly text: string
  /** What to know or try besides; to stderr, for a person only. */
  readonly hint?: string
  /** Default 0. */
  readonly exit?: ExitCode
}

export const everywhere: Options = {
  store: { value: 'URL', help: 'the store; default $HOLDFAST_STORE, else file:./holdfast.db' },
  json: { help: 'print one JSON document, for programs' },
  help: { help: 'show how a command is called' },
}

export const reveal: Options = { reveal: { help: 'show secrets instead of [secret]' } }

export const dryRun: Options = { 'dry-run': { help: 'say what would happen, change nothing' } }
