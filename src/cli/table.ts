import type { Paint } from './paint.ts'
import { oneLine, shorten, widthOf } from './text.ts'

/** Rows under headings, in columns. The last column takes what is left of the line. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], paint: Paint, columns: number): string {
  const cells = rows.map((row) => row.map(oneLine))
  const widths = headings.map((heading, i) => Math.max(widthOf(heading), ...cells.map((row) => widthOf(row[i] ?? ''))))
  const line = (row: readonly string[]): string => {
    const padded = row.map((cell, i) => (i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell))))
    return shorten(padded.join('  ').trimEnd(), columns)
  }
  return [paint('dim', line(headings)), ...cells.map(line)].join('\n')
}

/** Names and values, the values below each other. */
export function fields(pairs: readonly (readonly [name: string, value: string])[], paint: Paint): string {
  const width = Math.max(0, ...pairs.map(([name]) => widthOf(name)))
  return pairs.map(([name, value]) => `${paint('dim', name.padEnd(width))}  ${oneLine(value)}`).join('\n')
}
