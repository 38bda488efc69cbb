import { HoldfastError } from '../core/index.ts'

/** What is recorded of an error. */
export interface Described {
  readonly name: string
  readonly message: string
  readonly code?: string
}

/** An error as it is stored: without its stack. */
export function describe(error: unknown): Described {
  if (error instanceof HoldfastError) return { name: error.name, message: error.message, code: error.code }
  if (error instanceof Error) return { name: error.name, message: error.message }
  return { name: 'Error', message: String(error) }
}
