/**
 * Checkpoint ids as parts of keys, so that keys in ascending order are ids in descending order: the newest comes first, and listing from
 * there reads no more than it gives. LangGraph's ids are UUIDs of version 6, which ascend with time; they take 32 characters. Any other
 * text takes two for each byte, behind a dot.
 */
export function checkpointCode(id: string): string {
  return UUID.test(id) ? complement(id.replaceAll('-', '')) : `.${complement(Buffer.from(id).toString('hex'))}~`
}

/** The id a code stands for. */
export function checkpointId(code: string): string {
  if (code.startsWith('.')) return Buffer.from(complement(code.slice(1, -1)), 'hex').toString()
  const hex = complement(code)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Each hexadecimal digit taken from 15. */
function complement(hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  for (let i = 0; i < bytes.length; i++) bytes[i] = ~(bytes[i] ?? 0)
  return bytes.toString('hex')
}
