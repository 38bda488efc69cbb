import { count } from '../time/amount.ts'
import { duration } from '../time/instant.ts'
import { type Point, plot } from './plot.ts'

interface Props {
  readonly name: string
  readonly now: string
  readonly unit: string
  readonly points: readonly Point[]
}

const WIDTH = 600
const HEIGHT = 96
/** Milliseconds from the left edge to the right: as many samples as the server keeps, one a second. */
const SPAN = 60_000

/** A line from zero, with its scale and span written on it. */
export function Chart({ name, now, unit, points }: Props) {
  const { line, top } = plot(points, WIDTH, HEIGHT, SPAN)
  const measured = points.flatMap(({ value }) => (value === null ? [] : [value]))
  const most = measured.length === 0 ? 'nothing measured yet' : `most ${round(Math.max(...measured))}${unit}`
  return (
    <figure className="chart">
      <figcaption>
        <span>{name}</span>
        <b>{now}</b>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={`${name}: now ${now}, ${most}`}>
        <path className="grid" d={`M0 0.5H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT - 0.5}H${WIDTH}`} />
        <path className="drawn" d={line} />
      </svg>
      <p className="dim">
        <span>{duration(SPAN)} ago</span>
        <span>{measured.length === 0 ? absence(points) : `scale 0 to ${round(top)}${unit}`}</span>
        <span>now</span>
      </p>
    </figure>
  )
}

/** Why there is no line: the server measures only while somebody looks, so the first answer holds nothing of before. */
function absence(points: readonly Point[]): string {
  const [first] = points
  if (!first) return 'measuring began just now'
  return `no commits in ${duration((points.at(-1)?.at ?? first.at) - first.at + 1000)}`
}

const round = (value: number) => (value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(2))))
