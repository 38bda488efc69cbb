import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './package.ts'

const WITHIN_MS = 120_000

/**
 * Installs what the package.json of a folder names, once for each lock file: what only some tasks need is kept out of the package's own
 * dependencies. No script of theirs is run. Returns why not, if not.
 */
export function installSidePackage(folder: string, say: (line: string) => void): string | undefined {
  const place = join(root, folder)
  if (writtenAt(join(place, 'node_modules/.package-lock.json')) >= writtenAt(join(place, 'package-lock.json'))) return undefined
  const command = `npm ci --prefix ${folder}`
  say(`installing once: ${command}`)
  const args = ['ci', '--prefix', place, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, error, stderr } = spawnSync('npm', args, {
    encoding: 'utf8',
    timeout: WITHIN_MS,
    shell: process.platform === 'win32',
  })
  if (status === 0) return undefined
  const why = error?.message ?? stderr.trim().split('\n').at(-1) ?? `exit code ${status}`
  return `what ${folder}/package.json names could not be installed (${command}): ${why}`
}

/** 0 where there is nothing. */
function writtenAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
