/** Ids of sessions have at most 512 bytes; this leaves room for a prefix and for telling equal ones apart. */
const MOST_BYTES = 400
/** Tags have at most 128 characters. */
const MOST_OF_A_TAG = 120

/** The nearest text to a recorded name that can name a session: NUL and lone surrogates cannot, nor what is longer than an id may be. */
export function runName(recorded: string): string {
  const text = wellFormed(recorded)
  const bytes = Buffer.from(text)
  return bytes.length > MOST_BYTES
    ? bytes
        .subarray(0, MOST_BYTES)
        .toString()
        .replace(/\ufffd+$/, '')
    : text
}

/** The same for a tag. */
export function runTag(recorded: string): string {
  return wellFormed(recorded).slice(0, MOST_OF_A_TAG).toWellFormed()
}

function wellFormed(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}
