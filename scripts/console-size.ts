import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from './package.ts'

// What a browser loads of the built console, compressed: `npm run build:console`, then `npm run size:console -- --json`.
interface Chunk {
  readonly file: string
  readonly css?: readonly string[]
  readonly imports?: readonly string[]
}

const dist = join(root, 'console/dist')
const manifest: Readonly<Record<string, Chunk>> = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
const shell = filesOf('index.html').add('theme.js')
const session = [
  'src/session/session-page.tsx',
  'src/conversation/conversation-tab.tsx',
  'src/session/timeline-tab.tsx',
  'src/session/context-tab.tsx',
  'src/session/log-tab.tsx',
].reduce((files, page) => files.union(filesOf(page)), new Set<string>())
const run = filesOf('src/run/run-page.tsx').union(filesOf('src/approvals/approvals-page.tsx'))
const statechart = filesOf('src/statecharts/statechart-page.tsx')

const figures = [
  { name: 'shell_kib_gz', value: kib(shell), unit: 'KiB', bound: 130 },
  { name: 'session_page_kib_gz', value: kib(session.difference(shell)), unit: 'KiB', bound: 60 },
  { name: 'run_page_kib_gz', value: kib(run.difference(shell)), unit: 'KiB', bound: 60 },
  { name: 'statechart_page_kib_gz', value: kib(statechart.difference(shell)), unit: 'KiB', bound: 60 },
].map((figure) => ({ ...figure, ok: figure.value <= figure.bound }))

if (process.argv.includes('--json')) console.log(JSON.stringify({ figures }))
else
  for (const { name, value, unit, bound, ok } of figures)
    console.log(`${ok ? 'ok  ' : 'OVER'} ${name} ${value} ${unit}, at most ${bound}`)
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1

/** The scripts and styles of a chunk and of all it imports at once. */
function filesOf(name: string): Set<string> {
  const files = new Set<string>()
  const seen = new Set<string>()
  const visit = (key: string) => {
    const chunk = manifest[key]
    if (!chunk || seen.has(key)) return
    seen.add(key)
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file)
    chunk.imports?.forEach(visit)
  }
  visit(name)
  return files
}

function kib(files: ReadonlySet<string>): number {
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0)
  return Math.round((bytes / 1024) * 10) / 10
}
