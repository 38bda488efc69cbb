import { setTimeout } from 'node:timers/promises'
import type { Run } from '../../../src/index.ts'

/** What somebody has read of a run's stream, as it goes over the wire. */
interface Reading {
  readonly events: readonly string[]
  readonly isOver: boolean
}

/** Reads a stream from its beginning to its end. */
export async function whole(run: Run): Promise<string> {
  return (await read(run)).events.join('')
}

/** Takes some events, leaves, and comes back for those behind the last one, as a browser does. */
export async function returning(run: Run, random: (limit: number) => number): Promise<string> {
  const got: string[] = []
  for (;;) {
    const { events, isOver } = await read(run, got.at(-1), 1 + random(12))
    got.push(...events)
    if (isOver) return got.join('')
    await setTimeout(random(20))
  }
}

/** Comes when all is over and takes what is behind some event; the events before it are those of another reader. */
export async function behind(run: Run, stream: string, random: (limit: number) => number): Promise<string> {
  const first = eventsIn(stream).slice(0, random(eventsIn(stream).length))
  return [...first, ...(await read(run, first.at(-1))).events].join('')
}

/** The chunks that events carry. */
export function chunksIn(stream: string): unknown[] {
  return eventsIn(stream).map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)) as unknown)
}

function eventsIn(stream: string): string[] {
  return stream.split(/(?<=\n\n)/).filter((event) => event !== '')
}

const END = 'data: [DONE]\n\n'

async function read(run: Run, last?: string, most = Number.POSITIVE_INFINITY): Promise<Reading> {
  const after = /^id: (.*)$/m.exec(last ?? '')?.[1]
  const { body } = run.response(after === undefined ? {} : { after })
  const events: string[] = []
  for await (const page of body ?? []) {
    // A comment says only that the connection stands.
    const news = eventsIn(new TextDecoder().decode(page)).filter((event) => !event.startsWith(':'))
    if (news.at(-1) === END) return { events, isOver: true }
    events.push(...news)
    if (events.length >= most) return { events: events.slice(0, most), isOver: false }
  }
  return { events, isOver: true }
}
