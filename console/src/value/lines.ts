const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Scripts and pictures that take two cells of a monospaced line. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u

/**
 * A text as lines of at most `columns` cells: broken where it breaks itself, then after the last blank that fits, else wherever the line is
 * full, but never inside what a reader takes for one character.
 */
export function linesOf(text: string, columns: number): readonly string[] {
  return text.split(/\r\n|\r|\n/).flatMap((line) => wrapped(line, Math.max(2, columns)))
}

function wrapped(line: string, columns: number): readonly string[] {
  const lines: string[] = []
  let from = 0
  let used = 0
  let afterBlank = 0
  for (const { segment, index } of graphemes.segment(line)) {
    const cells = cellsOf(segment)
    if (used + cells > columns) {
      const end = afterBlank > from ? afterBlank : index
      lines.push(line.slice(from, end))
      from = end
      used = cellsIn(line.slice(end, index))
    }
    used += cells
    if (segment === ' ' || segment === '\t') afterBlank = index + 1
  }
  lines.push(line.slice(from))
  return lines
}

function cellsIn(text: string): number {
  let cells = 0
  for (const { segment } of graphemes.segment(text)) cells += cellsOf(segment)
  return cells
}

/** A tab is drawn as two cells at most. */
const cellsOf = (grapheme: string) => (grapheme === '\t' || WIDE.test(grapheme) ? 2 : 1)
