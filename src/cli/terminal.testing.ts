import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from './main.ts'

/** What a command printed and told the shell. */
export interface Printed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Terminal {
  readonly folder: string
  /** URL of the store that commands use when nothing else is said. */
  readonly store: string
  run(...args: string[]): Promise<Printed>
  /** The same with a terminal on both streams. */
  runOnTty(...args: string[]): Promise<Printed>
  /** The `data` or `error` of a command's one JSON document. */
  json(...args: string[]): Promise<{ readonly code: number; readonly data: never; readonly error: never }>
  /** Runs until `signal` is aborted; `seen` is told what stands on stdout so far. */
  runUntil(signal: AbortSignal, seen: (stdout: string) => void, ...args: string[]): Promise<Printed>
  /** The same with a terminal on both streams. */
  runOnTtyUntil(signal: AbortSignal, seen: (stdout: string) => void, ...args: string[]): Promise<Printed>
  remove(): void
}

/** A shell in a folder of its own, with streams that are kept. */
export function openTerminal(env: Readonly<Record<string, string>> = {}): Terminal {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'))
  const store = `file:${join(folder, 'agent.db')}`
  const run = async (
    args: readonly string[],
    { isTTY = false, signal = new AbortController().signal, seen = (_: string) => {} } = {},
  ): Promise<Printed> => {
    const kept = { stdout: '', stderr: '' }
    const stream = (name: 'stdout' | 'stderr') => ({
      isTTY,
      columns: 80,
      drained: async () => {},
      write(text: string) {
        kept[name] += text
        if (name === 'stdout') seen(kept.stdout)
      },
    })
    const io = { stdout: stream('stdout'), stderr: stream('stderr'), env: { HOLDFAST_STORE: store, ...env }, signal }
    const code = await main(args, io)
    return { code, ...kept }
  }
  return {
    folder,
    store,
    run: (...args) => run(args),
    runOnTty: (...args) => run(args, { isTTY: true }),
    async json(...args) {
      const { code, stdout, stderr } = await run([...args, '--json'])
      if (stderr !== '') throw new Error(`nothing was expected on stderr with --json: ${stderr}`)
      const { data, error } = JSON.parse(stdout)
      return { code, data: data as never, error: error as never }
    },
    runUntil: (signal, seen, ...args) => run(args, { signal, seen }),
    runOnTtyUntil: (signal, seen, ...args) => run(args, { isTTY: true, signal, seen }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
