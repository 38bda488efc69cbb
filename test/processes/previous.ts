import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../scripts/package.ts'

/** What must be in a version for it to be a node of a database. */
const NEEDED = 'src/cli/commands/nodes.ts'

/** The version before this one: what HOLDFAST_PREVIOUS names, else the last release, else the commit before this one. */
export function previousVersion(): { readonly ref: string } | { readonly absent: string } {
  const ref =
    process.env.HOLDFAST_PREVIOUS ||
    git('describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD~1') ||
    git('rev-parse', 'HEAD~1')
  if (ref === undefined || ref === '')
    return { absent: 'there is no earlier version in this clone: git fetch --unshallow --tags' }
  if (git('cat-file', '-e', `${ref}:${NEEDED}`) === undefined) return { absent: `${ref} cannot be a node of a database yet` }
  return { ref }
}

/** A version in a folder of its own, with the dependencies of this one; `remove` takes it away. */
export function checkOut(ref: string): { readonly home: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-previous-'))
  const archive = execFileSync('git', ['archive', ref, 'src', 'bin', 'assets', 'package.json'], { cwd: root, maxBuffer: 2 ** 30 })
  execFileSync('tar', ['-x', '-C', home], { input: archive })
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'))
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) }
}

/** What git says; undefined when it fails or is not there. */
function git(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
