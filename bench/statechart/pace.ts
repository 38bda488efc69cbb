/** Runs `work` often enough to take about `ms`, and returns calls per second. */
export function pace(ms: number, work: () => unknown): number {
  const started = performance.now()
  let done = 0
  let passed = 0
  while (passed < ms) {
    // The clock is asked rarely: it costs as much as a step.
    for (let i = 0; i < 256; i++) work()
    done += 256
    passed = performance.now() - started
  }
  return (done * 1000) / passed
}
