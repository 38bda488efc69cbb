import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** A door of the package: what a user imports, and the source file behind it. */
export interface EntryPoint {
  /** `.` or `./store`, as in package.json. */
  readonly subpath: string
  /** `src/store/index.ts` */
  readonly source: string
}

/** The entry points package.json promises, lower layers first. */
export function entryPoints(): EntryPoint[] {
  const manifest: { exports: Record<string, string | Record<string, string>> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  const found = Object.entries(manifest.exports).flatMap(([subpath, target]) => {
    const types = typeof target === 'string' ? undefined : target.types
    return types ? [{ subpath, source: types.replace(/^\.\/dist/, 'src').replace(/\.d\.ts$/, '.ts') }] : []
  })
  return [...found.filter(({ subpath }) => subpath !== '.'), ...found.filter(({ subpath }) => subpath === '.')]
}
