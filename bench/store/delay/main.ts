import { monitorEventLoopDelay } from 'node:perf_hooks'
import { perSecondTogether } from '../../interleave.ts'
import { entry } from '../../payload.ts'
import { Entry, withStore } from '../sessions.ts'

/** Event loop delay in milliseconds; includes the period of the timer that measures it (1 ms). */
export interface Delays {
  readonly p50: number
  readonly p99: number
  readonly max: number
  readonly commits: number
  readonly seconds: number
}

const WRITERS = 64
const WARM_UP_MS = 1000

const [file = '', ms = '1000'] = process.argv.slice(2)
const delays = await withStore(file, 'full', async (hf): Promise<Delays> => {
  const sessions = Array.from({ length: WRITERS }, (_, i) => hf.session(Entry, `session-${i}`))
  let n = 0
  const write = async (writer: number): Promise<unknown> => sessions[writer]?.set('entry', entry(n++))
  await perSecondTogether(WRITERS, WARM_UP_MS, 100_000, write)
  const histogram = monitorEventLoopDelay({ resolution: 1 })
  const before = n
  const started = performance.now()
  histogram.enable()
  await perSecondTogether(WRITERS, Number(ms), 1_000_000, write)
  histogram.disable()
  const seconds = (performance.now() - started) / 1000
  const at = (percent: number): number => histogram.percentile(percent) / 1e6
  return { p50: at(50), p99: at(99), max: histogram.max / 1e6, commits: n - before, seconds }
})
process.stdout.write(JSON.stringify(delays))
