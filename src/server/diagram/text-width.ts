/** Advance widths of Inter at weight 600, in thousandths of an em, from the space (U+0020) to the tilde (U+007E). */
const INTER_600 = [
  252, 321, 523, 644, 650, 1004, 663, 326, 373, 373, 540, 673, 319, 465, 319, 379, 660, 423, 623, 636, 666, 612, 640, 576, 640,
  640, 319, 329, 673, 673, 673, 543, 999, 728, 659, 737, 722, 605, 588, 749, 746, 277, 580, 703, 565, 922, 759, 769, 645, 773,
  652, 650, 660, 736, 728, 1020, 720, 713, 652, 373, 379, 373, 481, 469, 351, 574, 624, 583, 624, 591, 389, 625, 612, 262, 262,
  569, 262, 900, 612, 609, 624, 624, 397, 549, 353, 612, 587, 839, 569, 588, 566, 455, 359, 455, 673,
]

/** JetBrains Mono: every glyph it has is as wide. */
const MONO = 600

/** What the shipped fonts have no glyph for comes from others, where ideographs are a whole em. */
const FOREIGN = 1000

/** How wide a text in Inter 600 is, in pixels at a size in pixels. */
export function nameWidth(text: string, size: number): number {
  return sum(text, size, (code) => INTER_600[code - 0x20] ?? (code < 0x250 ? 700 : FOREIGN))
}

/** How wide a text in JetBrains Mono is. */
export function codeWidth(text: string, size: number): number {
  return sum(text, size, (code) => (code < 0x250 ? MONO : FOREIGN))
}

function sum(text: string, size: number, widthOf: (code: number) => number): number {
  let width = 0
  for (const letter of text) width += widthOf(letter.codePointAt(0) ?? 0)
  return Math.ceil((width * size) / 1000)
}
