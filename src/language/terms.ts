import { dateTerms } from './dates.ts'
import { stem } from './stem.ts'
import { STOP_WORDS } from './stop-words.ts'

/** How a text is taken apart. */
export interface TermOptions {
  /** What `tomorrow` and `next Friday` are counted from: milliseconds since the epoch. Without it they mean nothing. */
  readonly now?: number
  /** At most so many terms are taken; what lies behind is not read. Default 4,096. */
  readonly most?: number
}

const DEFAULT_MOST = 4096

/** Characters of one word that are looked at: a longer one is cut, so that hostile text stays cheap. */
const LONGEST_WORD = 128

/** Words with what joins their parts: e-mail addresses, identifiers, numbers with signs between their digits, ordinary words. */
const WORD = /[\p{L}\p{N}\p{M}_]+(?:[-.@+:/'’][\p{L}\p{N}\p{M}_]+)*/gu

/** Between lower and upper case, letters and digits, and at whatever joins. */
const SEAM = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})|[^\p{L}\p{N}\p{M}]+/u

/**
 * The terms of a text, in the order they stand: words without case, as their English stem; identifiers (`gift_card_12`,
 * `userId`), e-mail addresses and joined numbers whole and in parts; dates as `date:2024-05-20` besides. Stop words are left
 * out. Unicode text of any kind is taken; compatibility forms are folded (NFKC).
 */
export function terms(text: string, options: TermOptions = {}): string[] {
  const most = options.most ?? DEFAULT_MOST
  const found: string[] = []
  const folded = text.slice(0, most * 16).normalize('NFKC')
  for (const match of folded.matchAll(WORD)) {
    addWord(match[0].slice(0, LONGEST_WORD), found)
    if (found.length >= most) break
  }
  return [...found.slice(0, most), ...dateTerms(folded, options.now)]
}

function addWord(word: string, found: string[]): void {
  const parts = word.split(SEAM).filter((part) => part !== '')
  if (parts.length > 1 && !/^[\p{L}]+['’]\p{L}{1,2}$/u.test(word)) {
    found.push(word.toLowerCase())
    for (const part of parts) addPart(part.toLowerCase(), found)
  } else addPart(parts[0]?.toLowerCase() ?? '', found)
}

function addPart(part: string, found: string[]): void {
  if (part === '' || STOP_WORDS.has(part)) return
  found.push(/^\d+$/.test(part) ? part.replace(/^0+(?=\d)/, '') : stem(part))
}

/** The plain words of a text in lower case, without stop words and stems: what word vectors know. */
export function words(text: string, most = DEFAULT_MOST): string[] {
  const found: string[] = []
  for (const match of text
    .slice(0, most * 16)
    .normalize('NFKC')
    .matchAll(WORD)) {
    for (const part of match[0].slice(0, LONGEST_WORD).split(SEAM)) {
      const word = part.toLowerCase()
      if (/^\p{L}{2,}$/u.test(word) && !STOP_WORDS.has(word)) found.push(word)
    }
    if (found.length >= most) break
  }
  return found.slice(0, most)
}
