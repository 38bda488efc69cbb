import { HoldfastError } from '../core/index.ts'

/** What the language found wrong, as an error of ours that says where. */
export function misfit(error: unknown, source: string): HoldfastError<'invalid'> {
  const { summary, range } = (error ?? {}) as { summary?: unknown; range?: { start?: unknown } }
  const why = typeof summary === 'string' ? summary : error instanceof Error ? firstLine(error.message) : String(error)
  return refusal(why, source, typeof range?.start === 'number' ? range.start : 0, error)
}

export function refusal(why: string, source: string, at: number, cause?: unknown): HoldfastError<'invalid'> {
  const where = placeOf(source, at)
  const message = `${why} at ${where} of the expression ${shorten(source)}`
  return new HoldfastError('invalid', message, { path: where }, { cause })
}

/** Line and column, counted from 1. */
function placeOf(source: string, at: number): string {
  const before = source.slice(0, at).split('\n')
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

function shorten(source: string): string {
  return JSON.stringify(source.length > 100 ? `${source.slice(0, 99)}…` : source)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text
}
