import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from '../../scripts/package.ts'
import type { ReaderFolder } from './folder.ts'

/** A server that a line of a guide starts. */
export interface Served {
  readonly url: string
  end(): Promise<void>
}

/** Starts `npx holdfast serve ...`, on any free port. */
export function serve(line: string, folder: ReaderFolder): Promise<Served> {
  const args = line.replace(/^npx holdfast /, '').split(/\s+/)
  const child = spawn(process.execPath, [join(root, 'bin/holdfast.js'), ...args], {
    cwd: folder.path,
    env: folder.environment({ PORT: '0' }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0]
      if (url !== undefined && printed.includes('Ctrl-C')) resolve({ url, end: () => end(child) })
    })
    child.on('exit', (code) => reject(new Error(`${line} ended with ${code}: ${printed}`)))
  })
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}
