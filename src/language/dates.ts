/** A calendar day; the year is missing where the text does not say it. */
interface Day {
  readonly year: number | undefined
  readonly month: number
  readonly day: number
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const DAY_MS = 86_400_000

const MONTH = '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\\.?'
const YEAR = '(?:,?\\s+(\\d{4})(?!\\d))?'
const ISO = /(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?!\d)/g
const MONTH_FIRST = new RegExp(`\\b${MONTH}\\s+(\\d{1,2})(?:st|nd|rd|th)?\\b${YEAR}`, 'gi')
const DAY_FIRST = new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?${MONTH}(?![a-z])${YEAR}`, 'gi')
const SLASHED = /(?<![\d/])(\d{1,2})\/(\d{1,2})\/(\d{4})(?![\d/])/g
const RELATIVE = new RegExp(`\\b(today|tonight|tomorrow|yesterday|(?:(next|last|this|on)\\s+)?(${WEEKDAYS.join('|')}))\\b`, 'gi')

/**
 * The dates a text names, as terms that a date written in another way has too: `date:2024-05-20` for a whole date, and
 * `day:05-20` for every one, because people leave out the year. Understood are ISO dates, `May 20(th)(, 2024)`, `20 May`,
 * `5/20/2024` (month first), and, where `now` (milliseconds since the epoch, UTC) is given, `today`, `tomorrow`,
 * `yesterday` and weekdays: `Friday` and `this Friday` are the first one from today on, `next Friday` the first one from tomorrow on,
 * `last Friday` the last one before today.
 */
export function dateTerms(text: string, now?: number): string[] {
  if (!/\d|day|tonight|tomorrow/i.test(text)) return []
  const days = [
    ...from(text, ISO, (year, month, day) => ({ year: Number(year), month: Number(month), day: Number(day) })),
    ...from(text, MONTH_FIRST, (month, day, year) => ({ year: toYear(year), month: monthOf(month), day: Number(day) })),
    ...from(text, DAY_FIRST, (day, month, year) => ({ year: toYear(year), month: monthOf(month), day: Number(day) })),
    ...from(text, SLASHED, (month, day, year) => ({ year: Number(year), month: Number(month), day: Number(day) })),
    ...(now === undefined ? [] : from(text, RELATIVE, (said, which, weekday) => relative(said ?? '', which, weekday, now))),
  ]
  return days.filter(isDay).flatMap(toTerms)
}

function from(text: string, pattern: RegExp, read: (...groups: (string | undefined)[]) => Day): Day[] {
  return Array.from(text.matchAll(pattern), (match) => read(...match.slice(1)))
}

function toTerms({ year, month, day }: Day): string[] {
  const short = `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
  return year === undefined ? [`day:${short}`] : [`date:${String(year).padStart(4, '0')}-${short}`, `day:${short}`]
}

function isDay({ month, day }: Day): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

function monthOf(name = ''): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1
}

function toYear(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

function relative(said: string, which: string | undefined, weekday: string | undefined, now: number): Day {
  const offset =
    weekday === undefined ? offsetOf(said.toLowerCase()) : weekdayOffset(which?.toLowerCase(), weekday.toLowerCase(), now)
  const date = new Date(now + offset * DAY_MS)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

function offsetOf(word: string): number {
  return word === 'tomorrow' ? 1 : word === 'yesterday' ? -1 : 0
}

/** Days from now to the weekday that is meant. */
function weekdayOffset(which: string | undefined, weekday: string, now: number): number {
  const ahead = (WEEKDAYS.indexOf(weekday) - new Date(now).getUTCDay() + 7) % 7
  if (which === 'last') return ahead === 0 ? -7 : ahead - 7
  return which === 'next' && ahead === 0 ? 7 : ahead
}
