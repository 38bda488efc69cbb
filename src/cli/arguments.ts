import type { Command, Options } from './command.ts'
import { closest } from './suggestion.ts'
import type { Typed } from './typed.ts'
import { UsageError } from './usage-error.ts'

/**
 * Sorts what was typed into places, flags and values. `-5` is a value like any other; after `--` everything is.
 * @throws UsageError for unknown options, with the nearest known one.
 */
export function sortArguments(args: readonly string[], options: Options, usage: string): Typed {
  const positionals: string[] = []
  const flags = new Set<string>()
  const values = new Map<string, string[]>()
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '--') {
      positionals.push(...args.slice(i + 1))
      break
    }
    const [typed, attached] = splitOption(arg)
    if (typed === undefined) {
      positionals.push(arg)
      continue
    }
    const option = Object.hasOwn(options, typed) ? options[typed] : undefined
    if (option === undefined) throw unknownOption(typed, options, usage)
    if (option.value === undefined) {
      if (attached !== undefined) throw new UsageError(`--${typed} takes no value, got ${JSON.stringify(attached)}`, `--${typed}`)
      flags.add(typed)
      continue
    }
    const value = attached ?? args[++i]
    if (value === undefined || (attached === undefined && value.startsWith('--')))
      throw new UsageError(`--${typed} needs a value: --${typed} ${option.value}`, `--${typed}`)
    const before = values.get(typed) ?? []
    if (before.length > 0 && !option.many) throw new UsageError(`--${typed} was given twice`, `--${typed}`)
    values.set(typed, [...before, value])
  }
  return { positionals, flags, values }
}

/** @throws UsageError when places are missing or too many. */
export function checkPlaces(positionals: readonly string[], command: Command, usage: string): void {
  const missing = command.arguments.find((one, i) => !one.optional && positionals[i] === undefined)
  if (missing !== undefined) throw new UsageError(`${missing.name} is missing: ${usage}`, missing.name)
  const empty = command.arguments.find(({ name }, i) => positionals[i] === '' && name !== 'PATH' && name !== 'VALUE')
  if (empty !== undefined) throw new UsageError(`${empty.name} is empty: ${usage}`, empty.name)
  const extra = positionals[command.arguments.length]
  if (extra !== undefined) {
    const quote = command.arguments.length > 0 ? '. Quote a value that holds spaces' : ''
    throw new UsageError(`${JSON.stringify(extra)} is one argument too many: ${usage}${quote}`, extra)
  }
}

function splitOption(arg: string): [name: string | undefined, value: string | undefined] {
  if (arg === '-h') return ['help', undefined]
  if (!arg.startsWith('--') && !/^-[a-zA-Z]/.test(arg)) return [undefined, undefined]
  const name = arg.replace(/^--?/, '')
  const equals = name.indexOf('=')
  return equals === -1 ? [name, undefined] : [name.slice(0, equals), name.slice(equals + 1)]
}

function unknownOption(typed: string, options: Options, usage: string): UsageError {
  const near = closest(typed, Object.keys(options))
  const hint = near === undefined ? usage : `did you mean --${near}?`
  return new UsageError(`There is no option --${typed}; ${hint}`, `--${typed}`)
}
