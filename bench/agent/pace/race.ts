/** What a racer is told: how many runs to keep in flight, and for how long to count those that end. */
export interface Heat {
  readonly inFlight: number
  readonly ms: number
}

/** What came of it. */
export interface Lap {
  /** Runs that ended while it was counted, and all there were. */
  readonly runs: number
  readonly all: number
  /** In which time. */
  readonly ms: number
}

/** Tells whoever started this process that it is ready, and runs a heat for each message, until it is cut off: then `close` is called. */
export function race(once: (runner: number) => Promise<unknown>, close: () => Promise<unknown>): void {
  process.on('message', (heat: Heat) => {
    void lap(once, heat).then((found) => process.send?.(found))
  })
  process.once('disconnect', () => void close().finally(() => process.exit()))
  process.send?.('ready')
}

/** Counts when every runner has come to the end of a run: how long the first ones take says nothing about the pace. */
async function lap(once: (runner: number) => Promise<unknown>, { inFlight, ms }: Heat): Promise<Lap> {
  let [runs, all] = [0, 0]
  let [begun, ended] = [0, 0]
  const runner = async (number: number): Promise<void> => {
    while (ended === 0) {
      await once(number)
      all++
      if (ended > 0) return
      runs++
      const now = performance.now()
      if (begun === 0 && runs >= inFlight) [begun, runs] = [now, 0]
      else if (begun > 0 && now - begun >= ms) ended = now
    }
  }
  await Promise.all(Array.from({ length: inFlight }, (_, number) => runner(number)))
  return { runs, all, ms: ended - begun }
}
