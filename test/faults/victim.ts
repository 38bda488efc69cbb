import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** What a victim is told. */
export interface VictimOptions {
  /** The file of recorded runs, and how many of them to replay. */
  readonly data: string
  readonly limit: number
  /** A file, or the URL of a PostgreSQL database. */
  readonly store: string
  readonly gauge: string
  /** Sessions replayed at once. */
  readonly concurrency: number
  /** How a file is written. */
  readonly writer: 'auto' | 'inline' | 'thread'
}

/** One message that the victim was told is durable. */
export interface Acknowledgement {
  readonly session: string
  readonly index: number
  readonly revision: number
}

/** When to kill: once so many acknowledgements have come, and so many milliseconds later. */
export interface Sentence {
  readonly after: number
  readonly delay: number
}

/** How a victim ended. */
export interface End {
  readonly killed: boolean
  readonly acknowledged: readonly Acknowledgement[]
}

/** Starts a victim and kills it with SIGKILL when its time has come, unless it is done before. */
export async function sacrifice(options: VictimOptions, sentence: Sentence | undefined): Promise<End> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill-child.ts'), JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  const acknowledged: Acknowledgement[] = []
  const execute = (): void => {
    if (sentence !== undefined && acknowledged.length >= sentence.after) setTimeout(() => child.kill('SIGKILL'), sentence.delay)
  }
  const ended = endOf(child)
  execute()
  for await (const line of createInterface(child.stdio[3] as Readable)) {
    const [session, index, revision] = JSON.parse(line) as [string, number, number]
    acknowledged.push({ session, index, revision })
    if (acknowledged.length === sentence?.after) execute()
  }
  return { killed: await ended, acknowledged }
}

/** True when it was killed, false when it came to its end; anything else is a failure of its own. */
function endOf(child: ChildProcess): Promise<boolean> {
  let complaint = ''
  child.stderr?.on('data', (text: Buffer) => {
    complaint += String(text)
  })
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(true)
      else if (code === 0) resolve(false)
      else reject(new Error(`The victim failed by itself (${code ?? signal}): ${complaint}`))
    })
  })
}
