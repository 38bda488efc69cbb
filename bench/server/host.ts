import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A process that serves, apart from the one that measures. */
export interface Host {
  readonly child: ChildProcess
  readonly port: number
  /** Of the server that only says hello. */
  readonly bare: number
}

export async function withHost<Value>(store: string, use: (host: Host) => Promise<Value>): Promise<Value> {
  const program = fileURLToPath(new URL('./host/main.ts', import.meta.url))
  const child = fork(program, [store], {
    execArgv: ['--conditions=@holdfast/source'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  try {
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString()))
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    })
    return await use({ child, ...(JSON.parse(line) as { port: number; bare: number }) })
  } finally {
    child.kill('SIGKILL')
  }
}
