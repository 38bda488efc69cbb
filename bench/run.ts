import type { Family } from './family.ts'
import { type Figure, formatFigures, judge, type Target } from './figure.ts'
import { type Options, say } from './options.ts'

/**
 * Measures the families that have a figure which is wanted, and says what came of them: a table, and JSON where it is asked for. Gives the
 * figures.
 */
export async function run(
  families: readonly Family[],
  targets: Readonly<Record<string, Target>>,
  options: Options,
): Promise<readonly Figure[]> {
  const unknown = options.only.filter((name) => targets[name] === undefined)
  if (unknown.length > 0)
    throw new Error(`Expected names of figures, got ${unknown.join(', ')}; there are ${Object.keys(targets).join(', ')}`)
  if (options.quick) say('--quick: small counts, few rounds; these figures show that everything runs, not how fast it is')
  const figures: Figure[] = []
  for (const family of families) figures.push(...(await measured(family, targets, options)))
  say(formatFigures(figures))
  if (options.json) console.log(JSON.stringify({ figures }))
  return figures
}

/** A family that fails has no values; the others are measured all the same. */
async function measured(family: Family, targets: Readonly<Record<string, Target>>, options: Options): Promise<Figure[]> {
  const wanted = family.figures.filter((name) => options.only.length === 0 || options.only.includes(name))
  if (wanted.length === 0) return []
  const started = performance.now()
  const values = await family.measure(options).catch((error: unknown) => {
    process.exitCode = 1
    say(`${family.figures.join(', ')}: ${error instanceof Error ? error.stack : String(error)}`)
    return undefined
  })
  say(`${family.figures.join(', ')}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return wanted.map((name) =>
    judge(name, targets[name] ?? { unit: '', atMost: 0 }, values?.[name] ?? { value: null, note: 'failed; see stderr' }),
  )
}
