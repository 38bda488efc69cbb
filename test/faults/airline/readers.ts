import { isDeepStrictEqual } from 'node:util'
import type { Holdfast } from '../../../src/index.ts'
import { behind, chunksIn, returning, whole } from './reader.ts'
import type { Talk } from './talk.ts'

/** What readers of a run got in the end: all that was said, or why not. */
type Got = Promise<string | Error>

/** Those who read what is streamed: while it is, coming back again and again, and when all is over. */
export class Readers {
  readonly #hf: Holdfast
  readonly #talks: readonly Talk[]
  readonly #random: (limit: number) => number
  readonly #early = new Map<Talk, readonly Got[]>()
  count = 0

  constructor(hf: Holdfast, talks: readonly Talk[], random: (limit: number) => number) {
    this.#hf = hf
    this.#talks = talks
    this.#random = random
  }

  /** A step of a run has begun: from now on there are readers of it. */
  come(step: string): void {
    const talk = this.#talks.find(({ run }) => step.startsWith(`${run}/`))
    if (talk === undefined || talk.said.length === 0 || this.#early.has(talk)) return
    const run = this.#hf.run(talk.run)
    this.#early.set(talk, [got(whole(run)), got(returning(run, this.#random))])
  }

  /** Those who have not got to the byte what all others have, or not what is recorded. */
  async judge(): Promise<string[]> {
    const misled: string[] = []
    for (const talk of this.#talks.filter(({ said }) => said.length > 0)) {
      const run = this.#hf.run(talk.run)
      const stream = await whole(run)
      if (!tells(stream, talk)) misled.push(`${talk.run}: not what is recorded`)
      const others = await Promise.all([behind(run, stream, this.#random), ...(this.#early.get(talk) ?? [])])
      this.count += 1 + others.length
      misled.push(...others.filter((other) => other !== stream).map((other) => `${talk.run}: ${differenceOf(other, stream)}`))
    }
    return misled
  }
}

function got(reading: Promise<string>): Got {
  return reading.catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))))
}

function differenceOf(other: string | Error, stream: string): string {
  if (other instanceof Error) return other.message
  const at = other.split('').findIndex((letter, i) => letter !== stream[i])
  return `got ${other.slice(at, at + 80)} for ${stream.slice(at, at + 80)}`
}

interface Chunk {
  readonly type: string
  readonly delta?: string
  readonly output?: unknown
}

/** True when a stream says the recorded texts, and what the tools have answered. */
function tells(stream: string, { said }: Talk): boolean {
  const chunks = chunksIn(stream) as Chunk[]
  const parts = said.flatMap(({ content }) => (typeof content === 'string' ? [] : [...content]))
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  const outputs = parts.flatMap((part) => (part.type === 'tool-result' && part.output.type === 'text' ? [part.output.value] : []))
  const streamed = chunks.flatMap(({ type, output }) => (type === 'tool-output-available' ? [output] : []))
  return (
    chunks.map(({ delta }) => delta ?? '').join('') === text.join('') &&
    isDeepStrictEqual(streamed.toSorted(), outputs.toSorted())
  )
}
