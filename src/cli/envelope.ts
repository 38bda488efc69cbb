import { HoldfastError, toTagged } from '../core/index.ts'

/** What `--json` prints: one document, with `data` or with `error`. Rich values have their tagged form. */
export function dataEnvelope(command: string, data: unknown, indent = 2): string {
  return JSON.stringify({ command, data: toTagged(data).json }, undefined, indent)
}

export function errorEnvelope(command: string, error: unknown): string {
  return JSON.stringify({ command, error: describeError(error) }, undefined, 2)
}

/** An error as programs read it; errors of others have the code `internal`. */
function describeError(error: unknown): { code: string; message: string; details: object } {
  if (error instanceof HoldfastError) return { code: error.code, message: error.message, details: error.details }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), details: {} }
}

export function errorText(error: unknown): string {
  const { code, message } = describeError(error)
  const stack = error instanceof HoldfastError || !(error instanceof Error) ? '' : `\n${error.stack ?? ''}`
  return `holdfast: ${message} (${code})${stack}`
}
