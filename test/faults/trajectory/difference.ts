import { isDeepStrictEqual } from 'node:util'
import type { Holdfast, NewTurn, Turn } from '../../../src/index.ts'
import { type Recording, turnsOf } from './recording.ts'

/** What is other than recorded: sessions whose conversations are, runs whose streams are. */
export async function differences(hf: Holdfast, recordings: readonly Recording[], exchanges: number): Promise<readonly string[]> {
  const all = await Promise.all(
    recordings.map(async (recording, i) => {
      const told = { ...recording, exchanges: recording.exchanges.slice(0, exchanges) }
      const session = `trajectory/${i}`
      const { turns } = await hf.conversation(session).list({ limit: 1000 })
      const isSame = isDeepStrictEqual(turns.map(bare), turnsOf(told).map(bare))
      const streams = await Promise.all(
        told.exchanges.map(({ answers }, m) => streamDiffers(hf, `${session}/reply.m${m}`, answers)),
      )
      return [...(isSame ? [] : [session]), ...streams.flat()]
    }),
  )
  return all.flat()
}

function bare({ role, content }: NewTurn | Turn): unknown {
  return { role, content }
}

/** A reader that comes late hears what was recorded, one that comes back in the middle the rest of just that. */
async function streamDiffers(hf: Holdfast, run: string, answers: readonly NewTurn[]): Promise<readonly string[]> {
  const chunks = await Array.fromAsync(hf.run(run).stream())
  const rest = await Array.fromAsync(hf.run(run).stream({ after: Math.floor(chunks.length / 2) }))
  const heard = chunks.map((chunk) => (chunk as { readonly delta?: string }).delta ?? '').join('')
  const said = answers.flatMap(({ role, content }) =>
    role === 'assistant' && typeof content !== 'string' ? content.map((part) => (part.type === 'text' ? part.text : '')) : [],
  )
  const isSame = heard === said.join('') && isDeepStrictEqual(rest, chunks.slice(Math.floor(chunks.length / 2)))
  return isSame ? [] : [`${run} streams`]
}
