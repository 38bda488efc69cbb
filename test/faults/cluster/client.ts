/** What a client asks of an object. */
export interface Question {
  readonly object: string
  readonly input: unknown
  /** Makes the same question asked again the same request. */
  readonly key?: string | undefined
}

/**
 * How a question ended: with an answer, with nobody knowing whether it was done, without ever having left, or with something
 * that no client should be told.
 */
export type Answer =
  | { readonly output: unknown }
  | { readonly unknown: string }
  | { readonly unsent: string }
  | { readonly failed: string }
