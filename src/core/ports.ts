/** Milliseconds since the Unix epoch. Tests pass a clock they turn themselves. */
export interface Clock {
  now(): number
  /** Calls back once `ms` have passed; the result cancels. The timer alone keeps the process alive only if asked to. */
  after(ms: number, callback: () => void, keepsAlive?: boolean): () => void
}

/** A source of randomness for ids and jitter: 0 <= n < 1. */
export type Random = () => number

/** Where what an operator should know is written. */
export interface Logger {
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void
  error(message: string, fields?: Readonly<Record<string, unknown>>): void
}

/** Receives measurements: counters, gauges, and durations in milliseconds. Names are dotted nouns, e.g. `commit.latency_ms`. */
export interface Meter {
  count(name: string, by?: number): void
  gauge(name: string, value: number): void
  record(name: string, value: number): void
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback, keepsAlive = false) {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), 2 ** 31 - 1))
    if (!keepsAlive) timer.unref()
    return () => clearTimeout(timer)
  },
}

/** Writes to stderr. */
export const consoleLogger: Logger = {
  warn: (message, fields) => process.stderr.write(`holdfast: warning: ${message}${formatFields(fields)}\n`),
  error: (message, fields) => process.stderr.write(`holdfast: error: ${message}${formatFields(fields)}\n`),
}

/** Measures nothing. */
export const silentMeter: Meter = { count() {}, gauge() {}, record() {} }

function formatFields(fields?: Readonly<Record<string, unknown>>): string {
  return fields === undefined ? '' : ` ${JSON.stringify(fields)}`
}
