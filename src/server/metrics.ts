import { monitorEventLoopDelay } from 'node:perf_hooks'
import { PrometheusMeter } from '../telemetry/index.ts'
import type { Call } from './call.ts'
import { bytesOf } from './overview/store-size.ts'

/** Measures from when the first scrape comes: nobody pays for what nobody reads. */
let loop: ReturnType<typeof monitorEventLoopDelay> | undefined
const MOST_COUNTED = 10_000

/** What the meter has been told, and what can be seen from outside at this moment. */
export async function metricsText(call: Call): Promise<string> {
  const told = (await call.services.meter?.text()) ?? ''
  return told + (await seenNow(call))
}

async function seenNow({ hf, services, bot }: Call): Promise<string> {
  if (loop === undefined) {
    loop = monitorEventLoopDelay({ resolution: 20 })
    loop.enable()
  }
  const seen = new PrometheusMeter()
  const { due, running, dead } = await bot.effects.tally(MOST_COUNTED)
  const bytes = await bytesOf(hf.url)
  const gauges: Readonly<Record<string, number>> = {
    'decisions.pending': hf.runtime.pending,
    'cache.bytes': hf.store.cacheBytes,
    'cache.hits': hf.store.hits,
    'cache.misses': hf.store.misses,
    'feed.subscribers': services.subscriptions.size,
    'feed.lag_seconds': services.subscriptions.takeLag() / 1000,
    'outbox.due': due,
    'outbox.running': running,
    'outbox.dead': dead,
    ...(bytes !== null && { 'store.bytes': bytes }),
    'process.resident_bytes': process.memoryUsage.rss(),
    'event_loop.delay_p99_seconds': loop.count === 0 ? 0 : loop.percentile(99) / 1e9,
  }
  for (const [name, value] of Object.entries(gauges)) seen.gauge(name, value)
  loop.reset()
  return seen.text()
}
