/**
 * Runs every variant once a round, in an order that turns with each round (A B, B A, ...), so that a machine that grows
 * slower or faster meanwhile treats all alike. Returns what each round of each variant measured, in order.
 */
export async function interleave<Name extends string>(
  rounds: number,
  variants: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(variants) as Name[]
  const results = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) results[name].push(await variants[name]())
  }
  return results
}

/** Calls `work` with 0, 1, 2, ... until `ms` have passed or `most` calls are done; returns calls per second. */
export async function perSecond(ms: number, most: number, work: (n: number) => unknown): Promise<number> {
  const started = performance.now()
  let done = 0
  while (done < most && performance.now() - started < ms) {
    const result = work(done)
    if (result instanceof Promise) await result
    done++
  }
  return (done * 1000) / (performance.now() - started)
}

/** Like `perSecond`, by `writers` callers at once; each call is told its writer. */
export async function perSecondTogether(
  writers: number,
  ms: number,
  most: number,
  work: (writer: number) => Promise<unknown>,
): Promise<number> {
  const started = performance.now()
  let begun = 0
  const write = async (writer: number): Promise<void> => {
    while (begun < most && performance.now() - started < ms) {
      begun++
      await work(writer)
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  return (begun * 1000) / (performance.now() - started)
}
