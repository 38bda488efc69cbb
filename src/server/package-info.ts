import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of the package, seen from the sources and from the build alike. */
export const packageFolder = new URL('../../', import.meta.url)

/** Where the console's files are, in a package and in a clone. */
export const consoleFolders = ['dist/console', 'console/dist'].map((path) => fileURLToPath(new URL(path, packageFolder)))

export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8'))
  return manifest !== null && typeof manifest === 'object' && 'version' in manifest ? String(manifest.version) : 'unknown'
}
