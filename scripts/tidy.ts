import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { entryPoints, root } from './package.ts'
import { boundaries } from './tidy/boundaries.ts'
import { cycles } from './tidy/cycles.ts'
import { docs } from './tidy/docs.ts'
import { applyExceptions, exceptions, ratchet } from './tidy/exceptions.ts'
import { names } from './tidy/names.ts'
import { measure, sizes } from './tidy/sizes.ts'
import { readTree, type Tree } from './tidy/tree.ts'
import { words } from './tidy/words.ts'

const places = [
  'src',
  'test',
  'bench',
  'conformance',
  'lint',
  'examples',
  'scripts',
  'bin',
  'docs',
  '.ci',
  'console/src',
  'console/e2e',
]
const readable = /\.(?:tsx?|js|mjs|md|json|sh|yml|yaml)$|\/run$/

const tree = readTree(readTexts())
const publicFiles = entryPoints().map((entry) => entry.source)
const found = [boundaries, cycles, sizes, words, names, (all: Tree) => docs(all, publicFiles)].flatMap((rule) => rule(tree))
const findings = applyExceptions(found, exceptions, ratchet).toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line)

for (const { path, line, rule, message } of findings) console.log(`${path}:${line} [${rule}] ${message}`)
const { files, fileLines, functionLines, long } = measure(tree)
if (long.length > 0) console.log(`long files, split them when you next work there: ${long.join(', ')}`)
console.log(
  `${findings.length} findings; src: ${files} files, lines median/p90: file ${fileLines.median}/${fileLines.p90}, ` +
    `function ${functionLines.median}/${functionLines.p90}; ${exceptions.length} exceptions`,
)
process.exitCode = findings.length > 0 ? 1 : 0

function readTexts(): Map<string, string> {
  const paths = readdirSync(root).filter((name) => statSync(join(root, name)).isFile() && name !== 'package-lock.json')
  for (const place of places.filter((name) => existsSync(join(root, name)))) {
    for (const entry of readdirSync(join(root, place), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/')
      if (entry.isFile() && !path.includes('node_modules/')) paths.push(path)
    }
  }
  return new Map(paths.filter((path) => readable.test(path)).map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}
