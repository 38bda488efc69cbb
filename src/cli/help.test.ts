import { afterAll, describe, expect, it } from 'vitest'
import { commands } from './commands/index.ts'
import { openTerminal } from './terminal.testing.ts'

const terminal = openTerminal()
afterAll(() => terminal.remove())

describe('help', () => {
  it.each([[[]], [['help']], [['--help']], [['-h']]])(
    'C1 begins with examples and ends with the next command: %j',
    async (args) => {
      const { code, stdout, stderr } = await terminal.run(...args)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout.startsWith('Examples\n  holdfast demo')).toBe(true)
      expect(stdout.trimEnd().split('\n').at(-1)).toBe('Next: holdfast help replay')
      for (const { name, summary } of commands) {
        const [first, verb] = name.split(' ')
        expect(stdout).toMatch(new RegExp(`^  ${first} +${verb === undefined ? summary.slice(0, 20) : `.*${verb}`}`, 'm'))
      }
    },
  )

  it.each(commands.map(({ name }) => [name]))('C1 tells how %s is called, with examples that are calls', async (name) => {
    const words = name.split(' ')
    const [asked, topic] = [await terminal.run(...words, '--help'), await terminal.run('help', ...words)]
    expect(asked).toEqual(topic)
    expect(asked.stdout.startsWith(`Examples\n  holdfast ${name}`)).toBe(true)
    expect(asked.stdout).toContain(`\nholdfast ${name}`)
    expect(asked.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Next: holdfast \w+/)
  })

  it('C1 has colours on a terminal only, and none under NO_COLOR', async () => {
    expect((await terminal.run('help')).stdout).not.toContain('\u001b[')
    expect((await terminal.runOnTty('help')).stdout).toContain('\u001b[')
    const plain = openTerminal({ NO_COLOR: '1' })
    expect((await plain.runOnTty('help')).stdout).not.toContain('\u001b[')
    expect((await plain.runOnTty('nonsense')).stderr).not.toContain('\u001b[')
    plain.remove()
  })
})

describe('what is typed', () => {
  it.each([
    [['sesions'], 'There is no command "sesions"; did you mean sessions?'],
    [['histroy', 'a'], 'did you mean history?'],
    [['qqqqqqqq'], 'there are demo, replay, sessions'],
    [['get', 'a', '--revael'], 'There is no option --revael; did you mean --reveal?'],
    [['get', 'a', '--jsno'], 'did you mean --json?'],
    [['get', 'a', '-x'], 'There is no option --x'],
    [['get'], 'ID is missing: holdfast get ID [PATH]'],
    [['set', 'a', 'b'], 'VALUE is missing'],
    [['set', 'a', 'b', 'two', 'words'], '"words" is one argument too many'],
    [['get', 'a', '--at'], '--at needs a value'],
    [['get', 'a', '--at', '1', '--at', '2'], '--at was given twice'],
    [['get', 'a', '--json=1'], '--json takes no value'],
    [['get', 'a', 'b..c'], 'unreadable at character'],
    [['get', 'a', '--at', 'yesterday'], 'a revision or a time such as'],
    [['history', 'a', '--limit', '1.5'], 'Expected --limit to be a whole number from 0, got "1.5"'],
    [['set', 'a', 'b', '1', '--if-revision', '-1'], 'whole number from 0'],
    [['sessions', '--status', 'opne'], 'did you mean open?'],
    [['sessions', '--term', 'x'], 'NAME=VALUE'],
    [['sessions', '--limit', '5000'], 'at most 1000'],
    [['get', 'a', '--store', './agent.db'], 'did you mean file:./agent.db?'],
    [['get', 'a', '--store', 'mysql://x'], 'Expected a store such as file:./agent.db, postgres://host/database or memory:'],
    [['set', 'a', '', '{}'], 'say --yes if that is meant'],
    [['replay', 'x.json', '--into', 'y'], '--into needs --only'],
  ])('C2 wrongly exits with 2 and says what was meant: %j', async (args, message) => {
    const { code, stdout, stderr } = await terminal.run(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/^holdfast: .* \(invalid\)\n$/)
  })

  it('C2 may be values that look like options', async () => {
    expect((await terminal.run('set', 'odd', 'n', '-5')).code).toBe(0)
    expect((await terminal.run('set', 'odd', 'text', '--', '--json')).code).toBe(0)
    expect((await terminal.run('get', 'odd', 'n')).stdout).toBe('-5\n')
    expect((await terminal.run('get', 'odd', 'text')).stdout).toBe('--json\n')
  })

  it('C3 with --json gets its error as the one document on stdout', async () => {
    const { code, error } = await terminal.json('get', 'nobody')
    expect(code).toBe(3)
    expect(error).toMatchObject({ code: 'not_found', message: expect.stringContaining('nobody'), details: { entity: 'nobody' } })
  })
})
