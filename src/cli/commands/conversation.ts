import type { Part, Turn } from '../../index.ts'
import type { Call } from '../call.ts'
import { type Command, reveal } from '../command.ts'
import { formatTime, isoTime } from '../moment.ts'
import { secretsOf } from '../secrets.ts'
import { table } from '../table.ts'
import { oneLine, shorten } from '../text.ts'
import { formatValue } from '../value.ts'

const DEFAULT_LIMIT = 20
/** Characters of a turn that a person is shown. */
const MOST_SHOWN = 400

const listConversations: Command = {
  name: 'conversation list',
  summary: 'the conversations of a session',
  arguments: [{ name: 'SESSION' }],
  options: {},
  examples: ['conversation list alice/42'],
  next: 'conversation show alice/42',
  async run(call) {
    const session = call.place(0)
    await using hf = await call.openToRead()
    const found = await hf.session(session).conversations()
    const conversations = found.map(({ name, turns, branches, head, updated }) => ({
      ...{ name, turns, branches, head },
      updated: isoTime(updated),
    }))
    const rows = found.map(({ name, turns, branches, updated }) => [name, `${turns}`, `${branches}`, formatTime(updated)])
    const text = table(['conversation', 'turns', 'branches', 'updated'], rows, call.paint, columnsOf(call))
    return { data: { session, conversations }, text: found.length === 0 ? `Nothing was said in ${session} yet` : text }
  },
}

const showConversation: Command = {
  name: 'conversation show',
  summary: 'what was said in a session, the last turns of the active branch',
  arguments: [{ name: 'SESSION' }],
  options: {
    name: { value: 'NAME', help: 'the conversation; default main' },
    limit: { value: 'N', help: `at most so many turns; default ${DEFAULT_LIMIT}` },
    before: { value: 'TURN', help: 'only those that lead to this turn' },
    ...reveal,
  },
  examples: ['conversation show alice/42', 'conversation show alice/42 --name notes --limit 5 --before turn-12'],
  next: 'conversation list alice/42',
  async run(call) {
    const session = call.place(0)
    await using hf = await call.openToRead()
    const conversation = hf.conversation(session, call.option('name'))
    const secrets = await secretsOf(hf, conversation, call)
    const limit = call.number('limit', 1) ?? DEFAULT_LIMIT
    const page = await conversation.list({ limit, before: call.option('before') })
    const turns = (await secrets.data(page.turns)) as readonly Turn[]
    const name = call.option('name') ?? 'main'
    const shown = { session, name, before: page.before }
    const hint =
      page.before === null ? undefined : `Earlier: holdfast conversation show ${session} --name ${name} --before ${page.before}`
    return {
      data: { ...shown, turns: turns.map((turn) => ({ ...turn, at: isoTime(turn.at) })) },
      text: turns.length === 0 ? 'Nothing was said before' : tableOf(turns, call),
      ...(hint !== undefined && { hint }),
    }
  },
}

function tableOf(turns: readonly Turn[], call: Call): string {
  const rows = turns.map(({ id, at, role, speaker, status, content }) => [
    id,
    formatTime(at),
    speaker === undefined ? role : `${role} ${speaker}`,
    shorten(`${status === 'done' ? '' : `(${status}) `}${content.map((part) => said(part, call)).join(' ')}`, MOST_SHOWN),
  ])
  return table(['turn', 'time', 'who', 'said'], rows, call.paint, columnsOf(call))
}

/** A part on one line. */
function said(part: Part, call: Call): string {
  const value = (of: unknown): string => oneLine(formatValue(of, call).replaceAll(/\s+/g, ' '))
  switch (part.type) {
    case 'text':
      return oneLine(part.text)
    case 'reasoning':
      return `(${oneLine(part.text)})`
    case 'tool-call':
      return `${part.toolName}(${value(part.input)})`
    case 'tool-result':
      return `${part.toolName} = ${value('value' in part.output ? part.output.value : part.output)}`
    case 'data':
      return `${part.name}: ${value(part.data)}`
    default:
      return `[${part.type}]`
  }
}

function columnsOf({ io }: Call): number {
  return io.stdout.isTTY ? io.stdout.columns : 240
}

export const conversationCommands: readonly Command[] = [listConversations, showConversation]
