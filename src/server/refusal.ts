import { type ErrorCode, type ErrorDetails, HoldfastError } from '../core/index.ts'

/** A refusal that HTTP has a status of its own for, beside the one its code stands for. */
export class Refusal<Code extends ErrorCode = ErrorCode> extends HoldfastError<Code> {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: Code,
    message: string,
    details: ErrorDetails[Code],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message, details)
    this.status = status
    this.headers = headers
  }
}

/** 400 for something in the request that cannot be accepted. */
export function invalid(message: string, path: string): Refusal<'invalid'> {
  return new Refusal(400, 'invalid', message, { path })
}
