/**
 * How much a text looks like something that names one thing: identifiers, codes, e-mail addresses and dates are what tools are
 * called with; truth values, small numbers and prose are not. 0 to 1, by its form alone.
 */
export function identityOf(text: string): number {
  if (text.length === 0 || text.length > 64 || /^(?:true|false|null|undefined)$/.test(text)) return 0
  if (/\s/.test(text)) return text.length > 32 ? 0 : 0.25
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) || /^[^@\s]+@[^@\s]+\.\w+$/.test(text)) return 1
  if (/^[\d.,:+-]+$/.test(text)) return /^\d{6,}$/.test(text) ? 0.75 : 0.1
  if (/\d/.test(text)) return 1
  if (/^[A-Z]{2,5}$/.test(text) || text.includes('_')) return 0.75
  return 0.4
}
