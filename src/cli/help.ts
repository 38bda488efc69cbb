import { type Command, everywhere, type Option, type Options } from './command.ts'
import type { Paint } from './paint.ts'

const MAIN_EXAMPLES = [
  ['demo', 'an agent is killed while it pays, and goes on'],
  ['replay runs.json', 'recorded runs of an agent become sessions'],
  ['sessions', 'what is there'],
  ['inspect alice/42', 'everything known of one session'],
  ['history alice/42', 'how it came about'],
  ['get alice/42 cart.items[0] --at 7', 'any value, as it was at any revision'],
] as const

/** Help for all: examples first, the next thing to try last. */
export function mainHelp(commands: readonly Command[], paint: Paint): string {
  return [
    paint('bold', 'Examples'),
    rows(MAIN_EXAMPLES.map(([call, what]) => [`holdfast ${call}`, what])),
    '',
    paint('bold', 'Commands'),
    rows(listed(commands)),
    '',
    paint('bold', 'Options of every command'),
    optionRows(everywhere),
    '',
    'Exit codes: 0 ok, 1 failure, 2 wrong usage, 3 not found, 4 conflict, 5 verification failed',
    '',
    `Next: ${paint('cyan', 'holdfast help replay')}`,
  ].join('\n')
}

/** Commands of two words have one line together. */
function listed(commands: readonly Command[]): [name: string, summary: string][] {
  const found = new Map<string, string>()
  for (const { name, summary } of commands) {
    const [first = '', verb] = name.split(' ')
    const before = found.get(first)
    found.set(first, verb === undefined ? summary : before === undefined ? verb : `${before}, ${verb}`)
  }
  return [...found]
}

/** Help for the commands that begin with one word. */
export function groupHelp(word: string, commands: readonly Command[], paint: Paint): string {
  const own = commands.filter(({ name }) => name.startsWith(`${word} `))
  return [
    paint('bold', 'Examples'),
    ...own.flatMap(({ examples: [first] }) => (first === undefined ? [] : [`  holdfast ${first}`])),
    '',
    paint('bold', 'Commands'),
    rows(own.map(({ name, summary }) => [name, summary])),
    '',
    `Next: ${paint('cyan', `holdfast help ${own[0]?.name}`)}`,
  ].join('\n')
}

/** Help for one command. */
export function commandHelp(command: Command, paint: Paint): string {
  const own = Object.keys(command.options).length === 0 ? [] : [paint('bold', 'Options'), optionRows(command.options), '']
  return [
    paint('bold', 'Examples'),
    ...command.examples.map((call) => `  holdfast ${call}`),
    '',
    `${usageOf(command)}`,
    `  ${command.summary}`,
    '',
    ...own,
    paint('bold', 'Options of every command'),
    optionRows(command.store === undefined ? everywhere : { ...everywhere, store: storeOf(command.store) }),
    '',
    `Next: ${paint('cyan', `holdfast ${command.next}`)}`,
  ].join('\n')
}

function storeOf(own: string): Option {
  return { value: 'URL', help: `the store; default ${own}` }
}

/** How a command is called, in one line. */
export function usageOf(command: Command): string {
  const places = command.arguments.map(({ name, optional }) => (optional ? `[${name}]` : name))
  const options = Object.entries(command.options).map(
    ([name, { value }]) => `[--${name}${value === undefined ? '' : ` ${value}`}]`,
  )
  return ['holdfast', command.name, ...places, ...options].join(' ')
}

function optionRows(options: Options): string {
  return rows(
    Object.entries(options).map(([name, { value, help }]) => [`--${name}${value === undefined ? '' : ` ${value}`}`, help]),
  )
}

function rows(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([left]) => left.length))
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
