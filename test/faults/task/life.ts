import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** What a program says when it has come up, before its first step. */
export const UP = 'up'

/** When a process is to be killed: after so many of its steps have begun, and so many milliseconds. */
export interface Sentence {
  readonly after: number
  readonly delay: number
}

/** Those that wait for a decision would wait for ever... */
const PATIENCE_MS = 4000
/** ...and a machine with much to do takes its time to start a process. */
const START_MS = 60_000

/** Lets a program live until it ends; true when it was killed: as it is sentenced to, or when it begins nothing for a while. */
export async function live(
  file: string,
  told: unknown,
  sentence: Sentence | undefined,
  begun: (step: string) => void,
): Promise<boolean> {
  const child = spawn(process.execPath, ['--conditions=@holdfast/source', file, JSON.stringify(told)], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  const ended = new Promise<boolean>((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve(signal === 'SIGKILL')
      else reject(new Error(`The victim failed by itself (${code ?? signal})`))
    })
  })
  const patience = (ms: number): NodeJS.Timeout => setTimeout(() => child.kill('SIGKILL'), ms)
  let idle = patience(START_MS)
  let count = 0
  for await (const step of createInterface(child.stdio[3] as Readable)) {
    clearTimeout(idle)
    idle = patience(PATIENCE_MS)
    if (step === UP) continue
    begun(step)
    if (++count === sentence?.after) setTimeout(() => child.kill('SIGKILL'), sentence.delay)
  }
  clearTimeout(idle)
  return ended
}
