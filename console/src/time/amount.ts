const whole = new Intl.NumberFormat('en-US')

/** `12,480`. */
export const count = (value: number) => whole.format(value)

/** `1.4 MiB`. */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const step = Math.min(names.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)))
  const scaled = value / 1024 ** step
  return `${scaled >= 100 || step === 0 ? Math.round(scaled) : scaled.toFixed(1)} ${names[step]}`
}

/** `0.42 ms`, `12 ms`; a dash where nothing was measured. */
export function milliseconds(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  return `${value >= 10 ? Math.round(value) : value.toFixed(value >= 1 ? 1 : 2)} ms`
}

/** `97 %`; a dash when there was nothing to divide. */
export function share(part: number, total: number): string {
  return total === 0 ? '–' : `${Math.round((100 * part) / total)} %`
}
