import { HoldfastError } from '../core/index.ts'

/** The command was called in a way it cannot be called. Exit code 2. */
export class UsageError extends HoldfastError<'invalid'> {
  constructor(message: string, path: string) {
    super('invalid', message, { path })
  }
}

/** Work that judges the value of an option itself: what it finds invalid there was typed wrong. @throws UsageError; what the work throws */
export async function judging<T>(option: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (HoldfastError.is(error, 'invalid') && error.details.path === option) throw new UsageError(error.message, `--${option}`)
    throw error
  }
}
