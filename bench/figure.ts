/** What a figure must keep: at least or at most so much of its unit. */
export type Target = { readonly unit: string; readonly atLeast: number } | { readonly unit: string; readonly atMost: number }

/** What was found; null where it could not be measured. The note says what each side did, in absolute numbers. */
export interface Measured {
  readonly value: number | null
  readonly note: string
}

export interface Figure extends Measured {
  readonly name: string
  readonly unit: string
  readonly bound: string
  readonly ok: boolean
}

export function judge(name: string, target: Target, { value, note }: Measured): Figure {
  const bound = 'atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`
  const kept = value !== null && ('atLeast' in target ? value >= target.atLeast : value <= target.atMost)
  return { name, value: value === null ? null : round(value), unit: target.unit, bound, ok: kept, note }
}

/** Four significant digits: more would be noise. */
export function round(value: number): number {
  return Number(value.toPrecision(4))
}

/** A table for people. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, bound, ok }) => [
    name,
    value === null ? '-' : String(value),
    unit,
    bound,
    ok ? 'ok' : 'MISSED',
  ])
  const widths = ['', '', '', '', ''].map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[], note: string): string =>
    `${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}  ${note}`
  return rows.map((row, i) => line(row, figures[i]?.note ?? '')).join('\n')
}
