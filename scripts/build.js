// Plain JavaScript, because `prepare` must also run where only an old Node is at hand (npm ci --omit=dev).
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const tsc = join(root, 'node_modules/typescript/bin/tsc')
const packing = ['pack', 'publish'].includes(process.env.npm_command ?? '')
// After an install a half-written tree must not turn into a failed install; what is packed must be right.
const lenient = process.argv.includes('--lenient') && !packing

if (!existsSync(tsc) || !existsSync(join(root, 'src/index.ts'))) {
  console.error('build: nothing built (needs the devDependency typescript and src/index.ts)')
  process.exit(lenient ? 0 : 1)
}

rmSync(join(root, 'dist'), { recursive: true, force: true })
const compiled = spawnSync(
  process.execPath,
  [tsc, '-p', 'tsconfig.build.json', ...(lenient ? ['--noEmitOnError', 'false'] : [])],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
if (compiled.status !== 0 && lenient) console.error('build: the sources have type errors (above); dist/ was written all the same')

// The console's tools are development dependencies: without them the server says how to build it.
const vite = join(root, 'node_modules/vite/bin/vite.js')
const hasConsole = existsSync(vite) && existsSync(join(root, 'console/index.html'))
const args = [vite, 'build', 'console', '--logLevel', 'error']
const built = hasConsole ? spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status : 0
if (built !== 0) console.error('build: the console was not built (above); `npm run build:console` tries again')
process.exit(lenient ? 0 : ((compiled.status || built) ?? 1))
