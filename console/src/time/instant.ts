/** Milliseconds since 1970 of what the server sends as a time: ISO text or milliseconds. */
export function instant(time: string | number): number {
  return typeof time === 'number' ? time : Date.parse(time)
}

const units: readonly (readonly [number, string])[] = [
  [1000, 's'],
  [60_000, 'min'],
  [3_600_000, 'h'],
  [86_400_000, 'd'],
  [31_536_000_000, 'y'],
]

/** `4 s`, `12 min`, `3 h`, `5 d`: one unit, rounded down. */
export function duration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return '–'
  const length = Math.abs(milliseconds)
  const unit = units.findLast(([size]) => length >= size)
  return unit ? `${Math.floor(length / unit[0])} ${unit[1]}` : 'under 1 s'
}

/** `now`, `4 s ago`, `in 3 h`. */
export function relative(time: string | number, now: number): string {
  const at = instant(time)
  if (Number.isNaN(at)) return 'unknown'
  const distance = now - at
  if (Math.abs(distance) < 1000) return 'now'
  return distance > 0 ? `${duration(distance)} ago` : `in ${duration(distance)}`
}

/** `1 d 4 h`, `2 min 14 s`, `9 s`: how long until a time, two units of it; `now` when it has come. */
export function countdown(time: string | number, now: number): string {
  const left = Math.ceil((instant(time) - now) / 1000) * 1000
  if (Number.isNaN(left)) return 'unknown'
  const at = units.findLastIndex(([size]) => left >= size)
  const [size, name] = units[at] ?? [0, '']
  if (size === 0) return 'now'
  const [smaller = 0, smallerName = ''] = units[at - 1] ?? []
  const rest = smaller === 0 ? 0 : Math.floor((left % size) / smaller)
  return `${Math.floor(left / size)} ${name}${rest === 0 ? '' : ` ${rest} ${smallerName}`}`
}

/** `2026-11-22 19:30:05.120` in the reader's own zone. */
export function exact(time: string | number): string {
  const date = new Date(instant(time))
  if (Number.isNaN(date.getTime())) return 'unknown'
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
  return `${day} ${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

/** What `<input type="datetime-local">` needs for a time, in the reader's zone. */
export function localInput(time: string | number): string {
  const text = exact(time)
  return text === 'unknown' ? '' : text.slice(0, 19).replace(' ', 'T')
}
