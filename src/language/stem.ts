/**
 * The stem of an English word, as Snowball's "english" algorithm (Porter2, Martin Porter 2001, with the stemmer's later
 * additions up to 2.x) gives it: `reservations` and `reserved` share `reserv`. The word is expected in lower case; what holds
 * other characters than a-z and apostrophes comes back as it is.
 * Source: https://snowballstem.org/algorithms/english/stemmer.html
 */
export function stem(word: string): string {
  if (word.length < 3 || !/^[a-z']+$/.test(word)) return word
  const exception = EXCEPTIONS.get(word)
  if (exception !== undefined) return exception
  const marked = markConsonantY(word.replace(/^'/, ''))
  const regions = regionsOf(marked)
  const singular = withoutPlural(withoutPossessive(marked))
  if (INVARIANT.has(singular)) return singular
  const steps = [withoutPast, withFinalI, step2, step3, step4, step5]
  return steps.reduce((text, step) => step(text, regions), singular).replaceAll('Y', 'y')
}

/** Where the regions R1 and R2 begin. Endings may only be taken off behind them. */
interface Regions {
  readonly r1: number
  readonly r2: number
}

const VOWEL = '[aeiouy]'
const CONSONANT = '[^aeiouy]'
const BEGINNINGS = /^(?:gener|commun|arsen|past|univers|later|emerg|organ|inter)/
const FIRST_REGION = new RegExp(`^.*?${VOWEL}${CONSONANT}`)

/** A y that stands for a consonant is written Y until the end: the first letter, and behind a vowel. */
function markConsonantY(word: string): string {
  let marked = ''
  for (const letter of word) marked += letter === 'y' && (marked === '' || /[aeiouy]$/.test(marked)) ? 'Y' : letter
  return marked
}

function regionsOf(word: string): Regions {
  const r1 = (BEGINNINGS.exec(word) ?? FIRST_REGION.exec(word))?.[0].length ?? word.length
  const r2 = FIRST_REGION.exec(word.slice(r1))?.[0].length
  return { r1, r2: r2 === undefined ? word.length : r1 + r2 }
}

/** True for a word that ends in a short syllable and has nothing behind it. */
function isShort(word: string, { r1 }: Regions): boolean {
  return r1 >= word.length && endsShort(word)
}

function endsShort(word: string): boolean {
  return /[^aeiouy][aeiouy][^aeiouywxY]$/.test(word) || /^[aeiouy][^aeiouy]$/.test(word) || word === 'past'
}

function withoutPossessive(word: string): string {
  return word.replace(/(?:'s'|'s|')$/, '')
}

function withoutPlural(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2)
  if (/ie[ds]$/.test(word)) return word.length > 4 ? word.slice(0, -2) : word.slice(0, -1)
  if (/(?:us|ss)$/.test(word)) return word
  return /[aeiouy].+s$/.test(word) ? word.slice(0, -1) : word
}

function withoutPast(word: string, regions: Regions): string {
  const eed = /eed(?:ly)?$/.exec(word)
  if (eed !== null) return withoutEed(word, eed.index, regions)
  const ending = /(?:ed|ing)(?:ly)?$/.exec(word)
  if (ending === null) return word
  const base = word.slice(0, ending.index)
  if (ending[0].startsWith('ing') && /^[^aeiouy]y$/.test(base)) return `${base.slice(0, -1)}ie`
  if (!/[aeiouy]/.test(base)) return word
  if (/(?:at|bl|iz)$/.test(base)) return `${base}e`
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(base)) return /^[aeo]..$/.test(base) ? base : base.slice(0, -1)
  return isShort(base, regions) ? `${base}e` : base
}

function withoutEed(word: string, at: number, { r1 }: Regions): string {
  const isKept = at < r1 || /^(?:proc|exc|succ)eed/.test(word)
  return isKept ? word : `${word.slice(0, at)}ee`
}

function withFinalI(word: string): string {
  return /.[^aeiouy][yY]$/.test(word) ? `${word.slice(0, -1)}i` : word
}

/** Endings, longest first, with what takes their place. */
type Endings = readonly (readonly [ending: string, replacement: string])[]

const STEP_2: Endings = [
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['iveness', 'ive'],
  ['ization', 'ize'],
  ['ousness', 'ous'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['tional', 'tion'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ation', 'ate'],
  ['entli', 'ent'],
  ['fulli', 'ful'],
  ['iviti', 'ive'],
  ['ousli', 'ous'],
  ['ogist', 'og'],
  ['abli', 'able'],
  ['alli', 'al'],
  ['anci', 'ance'],
  ['ator', 'ate'],
  ['enci', 'ence'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['ogi', 'og'],
  ['li', ''],
]

function step2(word: string, { r1 }: Regions): string {
  const [ending, replacement] = longest(STEP_2, word)
  if (ending === undefined || word.length - ending.length < r1) return word
  const base = word.slice(0, -ending.length)
  if (ending === 'ogi' && !base.endsWith('l')) return word
  if (ending === 'li' && !/[cdeghkmnrt]$/.test(base)) return word
  return base + replacement
}

const STEP_3: Endings = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['ative', ''],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
]

function step3(word: string, { r1, r2 }: Regions): string {
  const [ending, replacement] = longest(STEP_3, word)
  const from = ending === 'ative' ? r2 : r1
  return ending === undefined || word.length - ending.length < from ? word : word.slice(0, -ending.length) + replacement
}

const STEP_4 = /(?:ement|ance|ence|able|ible|ment|ant|ent|ism|ate|iti|ous|ive|ize|ion|al|er|ic)$/

function step4(word: string, { r2 }: Regions): string {
  const match = STEP_4.exec(word)
  if (match === null || match.index < r2) return word
  const base = word.slice(0, match.index)
  return match[0] === 'ion' && !/[st]$/.test(base) ? word : base
}

function step5(word: string, { r1, r2 }: Regions): string {
  const base = word.slice(0, -1)
  if (word.endsWith('e')) return base.length >= r2 || (base.length >= r1 && !endsShort(base)) ? base : word
  return word.endsWith('ll') && base.length >= r2 ? base : word
}

function longest(endings: Endings, word: string): readonly [string, string] | readonly [undefined, ''] {
  return endings.find(([ending]) => word.endsWith(ending)) ?? [undefined, '']
}

const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word) => [word, word] as const),
])

const INVARIANT: ReadonlySet<string> = new Set([
  'inning',
  'outing',
  'canning',
  'herring',
  'earring',
  'evening',
  'innings',
  'outings',
  'proceed',
  'exceed',
  'succeed',
])
