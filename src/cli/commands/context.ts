import type { ContextCandidate, SessionContext } from '../../index.ts'
import type { Call } from '../call.ts'
import type { Command } from '../command.ts'
import { existingSession } from '../existing.ts'
import { toMoment } from '../moment.ts'
import { table } from '../table.ts'
import { manyLines, oneLine, shorten } from '../text.ts'
import { checkedPath } from '../value.ts'

const DEFAULT_TOKENS = 1000

/** Characters of a path in the table of `--explain`. */
const PATH_WIDTH = 44

export const context: Command = {
  name: 'context',
  summary: 'the variables worth handing to a model, within a budget of tokens',
  arguments: [{ name: 'ID' }],
  options: {
    query: { value: 'TEXT', help: 'what it is about, e.g. the last message; without it the newest and most used' },
    tokens: { value: 'N', help: `tokens the variables may take; default ${DEFAULT_TOKENS}` },
    pin: { value: 'PATH', many: true, help: 'a path that comes first, besides those the definition pins' },
    at: { value: 'REV|TIME', help: 'as it was at a revision or time' },
    explain: { help: 'every variable with the parts of its score, in or out' },
  },
  examples: [
    "context alice/42 --query 'change my flight to May 20' --tokens 200",
    'context alice/42 --query refund --pin goal --explain',
    'context alice/42 --tokens 500 --at 7 --json',
  ],
  next: 'get alice/42',
  async run(call) {
    const id = call.place(0)
    const query = call.option('query') ?? ''
    const tokens = call.number('tokens', 0) ?? DEFAULT_TOKENS
    const at = call.option('at')
    const moment = at === undefined ? {} : { at: toMoment(at, '--at') }
    const pin = call.all('pin').map(checkedPath)
    await using hf = await call.openToRead()
    const session = at === undefined ? await existingSession(hf, id) : hf.session(id)
    const found = await session.context({ query, tokens, pin, ...moment, explain: call.flag('explain') })
    return {
      data: { session: id, query, ...found },
      text: found.ranking === undefined ? linesOf(found, call) : explained(found.ranking, call),
      hint: `${found.variables.length} of ${found.candidates} variables, about ${found.tokens} of ${found.budget} tokens, at revision ${found.revision}`,
    }
  },
}

/** What a model would be told. */
function linesOf({ variables }: SessionContext, { io }: Call): string {
  const lines = variables.map(({ line }) => (io.stdout.isTTY ? manyLines(line) : line))
  return lines.length === 0 ? 'No variable fits' : lines.join('\n')
}

function explained(ranking: readonly ContextCandidate[], { paint, io }: Call): string {
  const rows = ranking.map(({ path, verdict, score, tokens, parts }) => {
    const given = Object.entries(parts).filter(([, part]) => part >= 0.005)
    const most = given.sort(([, a], [, b]) => b - a).map(([name, part]) => `${name} ${part.toFixed(2)}`)
    return [verdict, score.toFixed(2), String(tokens), shorten(oneLine(path), PATH_WIDTH), most.join(', ')]
  })
  return table(['verdict', 'score', 'tokens', 'path', 'parts'], rows, paint, io.stdout.columns)
}
