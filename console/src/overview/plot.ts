export interface Point {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Null where nothing was measured: a gap, not a zero. */
  readonly value: number | null
}

export interface Plot {
  /** SVG path: a line, broken where nothing was measured; what was measured alone is a dot, given round caps. */
  readonly line: string
  /** The top of the scale: the smallest round number that holds all values. */
  readonly top: number
}

/**
 * Lays points out in a box whose right edge is the newest of them and whose width stands for `span` milliseconds, so that a measurement
 * that has only begun does not look like one of the whole time. The scale begins at zero, always.
 */
export function plot(points: readonly Point[], width: number, height: number, span: number): Plot {
  const top = roundUp(Math.max(0, ...points.map(({ value }) => value ?? 0)))
  const newest = points.at(-1)?.at ?? 0
  const place = ({ at, value }: Measured) => {
    const x = width - ((newest - at) / span) * width
    return `${x.toFixed(1)} ${(height - (value / top) * height).toFixed(1)}`
  }
  const line = unbroken(points).map((run) => (run.length === 1 ? `M${run.map(place)}h0` : `M${run.map(place).join('L')}`))
  return { line: line.join(''), top }
}

interface Measured {
  readonly at: number
  readonly value: number
}

/** The points in runs without a gap. */
function unbroken(points: readonly Point[]): readonly (readonly Measured[])[] {
  const runs: Measured[][] = [[]]
  for (const { at, value } of points) {
    if (value === null) runs.push([])
    else runs.at(-1)?.push({ at, value })
  }
  return runs.filter((run) => run.length > 0)
}

/** The next number that is easy to read off a scale. */
export function roundUp(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value) ?? 10
  return step * power
}
