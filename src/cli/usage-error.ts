import { HoldfastError } from '../core/index.ts'

/** The command was called in a way it cannot be called. Exit code 2. */
export class UsageError extends HoldfastError<'invalid'> {
  constructor(message: string, path: string) {
    super('invalid', message, { path })
  }
}
