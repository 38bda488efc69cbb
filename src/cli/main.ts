import { packageVersion } from '../version.ts'
import { checkPlaces, sortArguments } from './arguments.ts'
import { Call } from './call.ts'
import { type Command, everywhere, type Result } from './command.ts'
import { commands } from './commands/index.ts'
import { dataEnvelope, errorEnvelope, errorText } from './envelope.ts'
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts'
import { commandHelp, groupHelp, mainHelp, usageOf } from './help.ts'
import { type Io, processIo } from './io.ts'
import { paintFor } from './paint.ts'
import { closest } from './suggestion.ts'
import { UsageError } from './usage-error.ts'

/** Runs the command line: `args` without node and script, resolves to the exit code. */
export async function main(args: readonly string[], io: Io = processIo()): Promise<ExitCode> {
  const name = nameIn(args)
  const rest = args.slice(name.split(' ').length)
  try {
    if (name === '--version' || name === 'version') return say(io, packageVersion())
    if (name === 'help' || name === '--help' || name === '-h') return help(nameIn(rest, ''), io)
    if (isGroup(name)) return help(name, io)
    const command = commandNamed(name)
    return rest.includes('--help') || rest.includes('-h') ? help(name, io) : await run(command, rest, io)
  } catch (error) {
    if (args.includes('--json')) io.stdout.write(`${errorEnvelope(name, error)}\n`)
    else io.stderr.write(`${paintFor(io.stderr, io)('red', errorText(error))}\n`)
    return exitCodeOf(error)
  }
}

async function run(command: Command, args: readonly string[], io: Io): Promise<ExitCode> {
  const usage = usageOf(command)
  const typed = sortArguments(args, { ...command.options, ...everywhere }, usage)
  checkPlaces(typed.positionals, command, usage)
  const call = new Call(command.name, typed, io, command.store)
  const result = await command.run(call)
  if (result !== undefined) print(result, call)
  return result?.exit ?? exitCodes.ok
}

function print({ data, text, hint }: Result, call: Call): void {
  const { command, json, io } = call
  io.stdout.write(`${json ? dataEnvelope(command, data) : text}\n`)
  if (hint !== undefined && !json) io.stderr.write(`${paintFor(io.stderr, io)('dim', withStore(hint, call))}\n`)
}

/** What is to be tried next is tried on the same store. */
function withStore(hint: string, call: Call): string {
  return call.option('store') === undefined ? hint : hint.replace(/^Next: .*$/m, (next) => `${next} --store ${call.store}`)
}

function help(topic: string, io: Io): ExitCode {
  const paint = paintFor(io.stdout, io)
  if (topic === '' || topic.startsWith('-')) return say(io, mainHelp(commands, paint))
  return say(io, isGroup(topic) ? groupHelp(topic, commands, paint) : commandHelp(commandNamed(topic), paint))
}

/** The name of the command that was typed: one word, or two where the first stands for several commands. */
function nameIn([first, second = '']: readonly string[], none = 'help'): string {
  if (first === undefined) return none
  return isGroup(first) && second !== '' && !second.startsWith('-') ? `${first} ${second}` : first
}

function isGroup(word: string): boolean {
  return commands.some(({ name }) => name.startsWith(`${word} `))
}

function say(io: Io, text: string): ExitCode {
  io.stdout.write(`${text}\n`)
  return exitCodes.ok
}

function commandNamed(name: string): Command {
  const command = commands.find((one) => one.name === name)
  if (command !== undefined) return command
  const names = commands.map((one) => one.name)
  const near = closest(name, [...names, 'help', 'version'])
  const hint = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`
  throw new UsageError(`There is no command ${JSON.stringify(name)}; ${hint}`, name)
}
