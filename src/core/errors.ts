/** What went wrong, as a stable word that callers may switch on. */
export type ErrorCode = keyof ErrorDetails

/** What each code carries besides its message. */
export interface ErrorDetails {
  /** Somebody else wrote first: the expectation named an older revision, entry version or effect epoch. */
  conflict: { entity?: string; key?: string; expected?: number; current?: number }
  not_found: { entity?: string; path?: string; file?: string }
  /** A value, argument or name that cannot be accepted; `path` says where. */
  invalid: { entity?: string; path?: string; issues?: readonly Issue[] }
  forbidden: { action?: string; entity?: string; principal?: string }
  unauthenticated: { scheme?: string }
  /** A documented limit was passed. `unit` is what `limit` and `actual` count. */
  too_large: { path?: string; limit: number; actual: number; unit: string }
  /** What is stored cannot be what was written. */
  corrupt: { file?: string; entity?: string; key?: string; seq?: number }
  /** Nothing was changed; the same call may succeed later. */
  unavailable: { reason: 'busy' | 'closed' | 'disk_full' | 'read_only' | 'overloaded' | 'io' | 'engine' | 'moved' }
  timeout: { after: number }
  cancelled: { reason?: string }
  /** Work that was tried as often as it may be, and has come to nothing. */
  failed: { entity?: string }
  /** Stored data is of another schema than this program's. */
  needs_migration: { stored: string; supported: string }
}

/** One finding about one place of a value. */
export interface Issue {
  readonly path: string
  readonly message: string
}

/**
 * The only error class Holdfast throws on purpose. The message says what was expected, what came, where, and what to do;
 * `code` and `details` say the same to programs.
 */
export class HoldfastError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'HoldfastError'
  readonly code: Code
  readonly details: ErrorDetails[Code]

  constructor(code: Code, message: string, details: ErrorDetails[Code], options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.details = details
  }

  /** Where the documentation explains this code: a path below the documentation's root. */
  get docs(): string {
    return `errors#${this.code}`
  }

  /** True when `error` is a HoldfastError of that code. */
  static is<C extends ErrorCode>(error: unknown, code: C): error is HoldfastError<C> {
    return error instanceof HoldfastError && error.code === code
  }
}
