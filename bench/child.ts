import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const WITHIN_MS = 240_000

/**
 * Runs a program of the bench in a process of its own, with these flags of Node; what it prints on stdout is JSON. Rejects with what it said
 * when it fails.
 */
export function runChild<Answer>(
  program: URL,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  flags: readonly string[] = [],
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, ...flags, fileURLToPath(program), ...args], {
      env: { ...process.env, ...env },
      timeout: WITHIN_MS,
    })
    let [output, trouble] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      trouble += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as Answer)
      else reject(new Error(`a child ended with ${code}: ${trouble.trim()}`))
    })
  })
}
