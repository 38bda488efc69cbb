import { connect } from 'node:net'
import { join } from 'node:path'
import { sendHostile } from '../../test/faults/hostile.ts'
import { count } from '../family.ts'
import { type Figure, formatFigures, judge, type Measured, type Target } from '../figure.ts'
import { inFolder } from '../folder.ts'
import { interleave } from '../interleave.ts'
import { readOptions, say } from '../options.ts'
import { median, medianRatio, percentile } from '../percentile.ts'
import { type Host, withHost } from './host.ts'
import { requestsPerSecond } from './requests.ts'
import { SLOW, slowClients } from './slow-clients.ts'

/** What the HTTP layer promises. */
const targets: Readonly<Record<string, Target>> = {
  get_vs_raw_http: { unit: 'ratio', atLeast: 0.5 },
  put_vs_raw_http: { unit: 'ratio', atLeast: 0.25 },
  sse_100_p99_ms: { unit: 'ms', atMost: 50 },
  hostile_requests_5xx: { unit: 'answers', atMost: 0 },
  slowloris_served: { unit: 'percent', atLeast: 100 },
}

const SUBSCRIBERS = 100
/** What the next PUT writes. */
let value = 1_000_000_000

const options = readOptions(process.argv.slice(2))
const [rounds, ms, commits, hostile] = options.quick ? [2, 300, 20, 500] : [5, 1000, 150, 20_000]
const wanted = (name: string): boolean => options.only.length === 0 || options.only.includes(name)

const measures: Readonly<Record<string, () => Promise<Measured>>> = {
  get_vs_raw_http: () => compare(() => 'GET /v1/sessions/hot HTTP/1.1\r\nHost: localhost\r\n\r\n', 'GET'),
  put_vs_raw_http: () => compare(put, 'PUT variable, each a new value, FULL'),
  sse_100_p99_ms: () => withHost('memory:', delays),
  hostile_requests_5xx: async () => {
    const { faults, requests } = await sendHostile(1, hostile)
    return { value: faults.length, note: `of ${count(requests)} requests made of the OpenAPI document` }
  },
  slowloris_served: () => withHost('memory:', served),
}

const figures: Figure[] = []
for (const [name, measure] of Object.entries(measures)) if (wanted(name)) figures.push(await measured(name, measure))
say(formatFigures(figures))
if (options.json) console.log(JSON.stringify({ figures }))

async function measured(name: string, measure: () => Promise<Measured>): Promise<Figure> {
  const found = await measure().catch((error: unknown) => {
    process.exitCode = 1
    return { value: null, note: String(error) }
  })
  return judge(name, targets[name] ?? { unit: '', atMost: 0 }, found)
}

/** Each with another value: one that changes nothing would make no commit. */
function put(): string {
  const body = `{"value":${value++}}`
  const path = '/v1/sessions/hot/variables/n'
  return `PUT ${path} HTTP/1.1\r\nHost: localhost\r\nIf-Match: *\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

function compare(request: () => string, what: string): Promise<Measured> {
  return inFolder((folder) =>
    withHost(`file:${join(folder, 'bench.db')}`, async ({ port, bare }) => {
      for (const one of [port, bare]) await requestsPerSecond(one, request, 200)
      const { ours, raw } = await interleave(rounds, {
        ours: () => requestsPerSecond(port, request, ms),
        raw: () => requestsPerSecond(bare, request, ms),
      })
      return {
        value: medianRatio(ours, raw),
        note: `${what}: ${count(median(ours))}/s; node:http hello: ${count(median(raw))}/s; 32 connections`,
      }
    }),
  )
}

/** From asking for a commit to the arrival of its event at every one of 100 subscribers. */
async function delays({ child, port }: Host): Promise<Measured> {
  const found: number[] = []
  const sockets = await Promise.all(Array.from({ length: SUBSCRIBERS }, () => subscribe(port, found)))
  const done = new Promise((resolve) => child.once('message', resolve))
  child.send({ commits })
  await done
  for (let looks = 0; found.length < commits * SUBSCRIBERS && looks < 300; looks++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  for (const socket of sockets) socket.destroy()
  if (found.length !== commits * SUBSCRIBERS) throw new Error(`${found.length} of ${commits * SUBSCRIBERS} events arrived`)
  return {
    value: percentile(found, 0.99),
    note: `median ${percentile(found, 0.5).toFixed(1)} ms; ${commits} commits to ${SUBSCRIBERS} subscribers, in memory`,
  }
}

function subscribe(port: number, found: number[]) {
  return new Promise<ReturnType<typeof connect>>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET /v1/feed HTTP/1.1\r\nHost: localhost\r\n\r\n'))
    let text = ''
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('event: hello')) resolve(socket)
      for (const match of text.matchAll(/"data":([\d.]+)\}/g))
        found.push(performance.timeOrigin + performance.now() - Number(match[1]))
      text = text.slice(Math.max(0, text.lastIndexOf('\n\n')))
    })
  })
}

/** The share of plain requests answered within a second while 300 connections are slow, in the worst of their ways. */
async function served(host: Host): Promise<Measured> {
  const found: { share: number; note: string }[] = []
  for (const clients of slowClients()) {
    await clients.start(host.port)
    const { good, all } = await askPlainly(host.port).catch(async (error: unknown) => {
      await clients.stop()
      throw error
    })
    const end = (await clients.stop()) ? '' : ', all cut off by the end'
    found.push({ share: (100 * good) / all, note: `${good} of ${all} with ${clients.name} by ${clients.by}${end}` })
  }
  const notes = found.map(({ note }) => note).join(', ')
  return { value: Math.min(...found.map(({ share }) => share)), note: `requests served: ${notes}; ${SLOW} connections` }
}

async function askPlainly(port: number): Promise<{ good: number; all: number }> {
  let [good, all] = [0, 0]
  for (const end = performance.now() + (options.quick ? 1000 : 6000); performance.now() < end; all++) {
    const signal = AbortSignal.timeout(1000)
    const answer = await fetch(`http://127.0.0.1:${port}/v1/sessions/hot`, { signal }).catch(() => undefined)
    if (answer?.ok) good++
    await answer?.text().catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { good, all }
}
