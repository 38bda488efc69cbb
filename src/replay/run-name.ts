/** Ids of sessions may not hold NUL or lone surrogates, and are of bounded length. */
const MOST = 120

/** The nearest text to a recorded name that can name a session. */
export function runName(recorded: string): string {
  const text = recorded.toWellFormed().replaceAll('\0', '\ufffd')
  return text.length > MOST ? text.slice(0, MOST).toWellFormed() : text
}
