import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { HoldfastError } from '../core/index.ts'
import { readChat } from './chat.ts'
import { readDialogue } from './dialogue.ts'
import type { Run } from './run.ts'
import { inside, type Place, toList, toObject, unexpected } from './shape.ts'

const SHAPES = 'a run with messages (OpenAI chat format) or turns (dialogue state)'

/**
 * Reads recorded runs; which format they have is told by the data.
 * @throws not_found; invalid with the place of what cannot be read, before anything is replayed.
 */
export async function readRuns(file: string): Promise<Run[]> {
  return parseRuns(await readText(file), basename(file))
}

/** The same for text that is at hand; `name` stands in errors. */
export function parseRuns(text: string, name: string): Run[] {
  const place: Place = { file: name, path: [] }
  const runs = toList(parseJson(text, name), place, `a list of runs, each ${SHAPES}`).map((one, i) =>
    readRun(one, inside(place, i), i),
  )
  return withOwnIds(runs)
}

async function readText(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file))
  } catch (cause) {
    const code = (cause as { code?: unknown }).code
    if (code === 'ENOENT') throw new HoldfastError('not_found', `There is no file ${file} to replay`, { file }, { cause })
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new HoldfastError('invalid', `${file} is no UTF-8; write it in that encoding, so that its texts stay what they are`, {
        path: file,
      })
    throw new HoldfastError('invalid', `${file} cannot be read: ${(cause as Error).message}`, { path: file }, { cause })
  }
}

function readRun(value: unknown, place: Place, index: number): Run {
  const source = toObject(value, place, SHAPES)
  if (source.messages !== undefined) return readChat(source, place, index)
  if (source.turns !== undefined) return readDialogue(source, place, index)
  throw unexpected(place, SHAPES, value)
}

/** Runs of one file that would share an id are told apart by a number, the same at each replay. */
function withOwnIds(runs: readonly Run[]): Run[] {
  const seen = new Map<string, number>()
  return runs.map((run) => {
    const count = (seen.get(run.id) ?? 0) + 1
    seen.set(run.id, count)
    return count === 1 ? run : { ...run, id: `${run.id}~${count}` }
  })
}

function parseJson(text: string, name: string): unknown {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text
  try {
    return JSON.parse(body) as unknown
  } catch (cause) {
    throw unreadable(body, name, cause as Error)
  }
}

function unreadable(text: string, name: string, cause: Error): HoldfastError<'invalid'> {
  const at = faultAt(text, cause.message)
  const line = text.slice(0, at).split('\n').length
  const column = at - text.lastIndexOf('\n', at - 1)
  const isCut = at >= text.trimEnd().length
  const why = isCut ? `it ends in the middle, after ${text.length} characters` : `${JSON.stringify(text[at])} cannot stand there`
  const next = isCut ? 'Get the file again' : 'Mend the file'
  return new HoldfastError(
    'invalid',
    `Expected JSON in ${name}, unreadable at line ${line}, column ${column}: ${why}. ${next}; nothing was replayed`,
    { path: `line ${line}, column ${column}` },
    { cause },
  )
}

/** Where a text stops being JSON. The parser does not say it of an unexpected token: the shortest text that has one ends in it. */
function faultAt(text: string, message: string): number {
  const said = /position (\d+)/.exec(message)?.[1]
  if (said !== undefined && !message.startsWith('Unterminated')) return Number(said)
  if (!message.startsWith('Unexpected token')) return text.length
  let [sound, faulty] = [0, text.length]
  while (faulty - sound > 1) {
    const middle = (sound + faulty) >>> 1
    if (parseMessage(text.slice(0, middle)).startsWith('Unexpected token')) faulty = middle
    else sound = middle
  }
  return faulty - 1
}

function parseMessage(text: string): string {
  try {
    JSON.parse(text)
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
