import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDeclarations } from './api/declarations.ts'
import { lineDiff } from './api/diff.ts'
import { type Emission, render, surfaceOf } from './api/surface.ts'
import { entryPoints, root } from './package.ts'

const folder = join(root, 'api')
const write = process.argv.includes('--write')

const wanted = renderAll(emit())
const stale = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => !wanted.has(name))
let changed = 0

for (const [name, text] of wanted) {
  const path = join(folder, name)
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  if (before === text) continue
  changed++
  console.log(`api/${name} ${write ? 'written' : 'is not what the sources offer'}:\n${lineDiff(before, text)}`)
  if (write) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, text)
  }
}
for (const name of stale) {
  changed++
  console.log(`api/${name} ${write ? 'removed' : 'stands for no entry point'}`)
  if (write) rmSync(join(folder, name))
}
if (changed > 0 && !write) {
  console.log(
    'The public surface changed. If that is meant, run `npm run api` and let the difference be reviewed with the change.',
  )
  process.exitCode = 1
}

function renderAll(files: Emission): Map<string, string> {
  const known = new Map<string, string>()
  return new Map(
    entryPoints().flatMap(({ subpath, source }) => {
      const path = source.replace(/^src\//, '').replace(/\.ts$/, '.d.ts')
      if (!files.has(path)) return []
      const name = subpath === '.' ? 'index' : subpath.slice(2).replaceAll('/', '-')
      return [[`${name}.d.ts.txt`, render(files, `holdfast${subpath.slice(1)}`, surfaceOf(files, path), known)]]
    }),
  )
}

/** What the compiler says about src/; type errors are the business of another step. */
function emit(): Emission {
  const out = mkdtempSync(join(tmpdir(), 'holdfast-api-'))
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const options = ['--emitDeclarationOnly', '--noEmitOnError', 'false', '--sourceMap', 'false', '--inlineSources', 'false']
    spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', out, ...options], { cwd: root })
    const paths = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.d.ts'))
    return new Map(
      paths.map((name) => {
        const path = name.replaceAll('\\', '/')
        return [path, readDeclarations(path, readFileSync(join(out, name), 'utf8'))]
      }),
    )
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}
