// `npm run demo`: an agent is killed in the middle of its work and goes on in a new process. What it had done stays done.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { styleText } from 'node:util'
import { mask, open } from 'holdfast'
import { type Report, ticketId } from './support-agent.ts'

const store = 'file:./demo.db'
const isShown = process.stdout.isTTY === true && process.env.CI === undefined
const folder = mkdtempSync(join(tmpdir(), 'holdfast-demo-'))
const bankBook = join(folder, 'bank-book.txt')

try {
  for (const end of ['', '-wal', '-shm']) rmSync(`./demo.db${end}`, { force: true })
  print('bold', 'Holdfast: an agent is killed in the middle of its work\n')
  const first = await runAgent('First process', 'refund')
  print('red', `  killed by ${first.signal} right after the refund, before a word to the customer\n`)
  const second = await runAgent('Second process', '')
  const lost = await show(first.reports)
  if (first.signal === null || second.code !== 0 || lost > 0) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly reports: readonly Report[]
}

function runAgent(title: string, dieAfter: string): Promise<Ended> {
  const agent = join(import.meta.dirname, 'support-agent.ts')
  const pause = isShown ? '250' : '0'
  const child = spawn(process.execPath, [...process.execArgv, agent, store, bankBook, dieAfter, pause], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  print('cyan', `${title} (pid ${child.pid})`)
  const reports: Report[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const report = JSON.parse(line) as Report
    reports.push(report)
    console.log(`  ${dim(String(report.revision).padStart(2))}  ${report.who.padEnd(8)}  ${report.text}`)
  })
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, reports })))
}

/** Shows what the store holds now; returns how much of what was acknowledged before the kill is not there. */
async function show(acknowledged: readonly Report[]): Promise<number> {
  await using hf = await open(store, { worker: false })
  const session = hf.session(ticketId)
  const { state, secret, revision } = await session.inspect()
  print('cyan', `\nThe state, at revision ${revision}`)
  for (const [name, value] of Object.entries(mask(state, secret)))
    console.log(`  ${dim(name.padEnd(10))}  ${JSON.stringify(value)}`)
  print('cyan', '\nThe history')
  const kept = new Set<number>()
  for await (const one of session.history({ order: 'oldest' })) {
    kept.add(one.revision)
    console.log(`  ${dim(String(one.revision).padStart(2))}  ${(one.event?.name ?? '').padEnd(16)}  ${dim(one.paths.join(', '))}`)
  }
  const lost = acknowledged.filter((report) => !kept.has(report.revision)).length
  const refunds = existsSync(bankBook) ? readFileSync(bankBook, 'utf8').trim().split('\n').length : 0
  print('green', `\nNothing lost: ${acknowledged.length - lost} of ${acknowledged.length} acknowledged steps survived the kill`)
  print('green', `Nothing twice: the bank's book has ${refunds} refund`)
  print('bold', '\nTry next')
  for (const call of [
    `inspect ${ticketId}`,
    `history ${ticketId}`,
    `diff ${ticketId} 5 7`,
    `get ${ticketId} refund --at 5`,
    'doctor',
  ])
    console.log(`  npx holdfast ${call} --store ${store}`)
  return lost + (refunds === 1 ? 0 : 1)
}

function print(style: Parameters<typeof styleText>[0], text: string): void {
  console.log(styleText(style, text))
}

function dim(text: string): string {
  return styleText('dim', text)
}
