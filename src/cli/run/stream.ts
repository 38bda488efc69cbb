import { toTagged } from '../../core/index.ts'
import { sessionOfRun } from '../../task/index.ts'
import { type Command, reveal } from '../command.ts'
import { dataEnvelope } from '../envelope.ts'
import { secretsOfRuns } from '../secrets.ts'

export const stream: Command = {
  name: 'runs stream',
  summary: 'what a run streams, one line of JSON a chunk, until it ends',
  arguments: [{ name: 'ID' }],
  options: {
    name: { value: 'NAME', help: 'the stream; default out' },
    after: { value: 'N', help: 'leave out the first so many chunks' },
    ...reveal,
  },
  examples: ['runs stream alice/42/reply.m1', 'runs stream alice/42/reply.m1 --after 120'],
  next: 'runs show ID',
  async run(call) {
    const { io } = call
    const [id, name, after] = [call.place(0), call.option('name'), call.number('after', 0)]
    await using hf = await call.openToRead()
    const pages = hf.run(id).chunks({ ...(name !== undefined && { name }), ...(after !== undefined && { after }) })
    const stop = () => void pages.return()
    io.signal.addEventListener('abort', stop, { once: true })
    if (io.signal.aborted) stop()
    for await (const { first, chunks } of pages) {
      // Looked up anew: the session may have got a secret since the page before.
      const shown = (await (await secretsOfRuns(hf, sessionOfRun(id), call)).data(chunks)) as readonly unknown[]
      for (const [i, chunk] of shown.entries()) {
        const line = call.json ? dataEnvelope('runs stream', { run: id, number: first + i, chunk }, 0) : lineOf(chunk)
        io.stdout.write(`${line}\n`)
      }
      await io.stdout.drained()
    }
    io.signal.removeEventListener('abort', stop)
    return undefined
  },
}

function lineOf(chunk: unknown): string {
  return JSON.stringify(toTagged(chunk).json)
}
