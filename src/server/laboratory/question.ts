/** What may be asked of a machine without running it for real; all values in the tagged JSON form. */
export type Question = CheckQuestion | SimulateQuestion | PathsQuestion

export interface CheckQuestion {
  readonly ask: 'check'
}

/** One thing that happens in a simulation. */
export type Happening =
  | { readonly send: { readonly type: string }; readonly to?: string | undefined }
  | { readonly wait: number }
  | { readonly done: string; readonly output?: unknown }
  | { readonly fail: string; readonly error?: unknown }

/** Events and answers to try: by type, and by the id of a child. */
export interface Samples {
  readonly events?: Readonly<Record<string, readonly { readonly type: string }[]>> | undefined
  readonly answers?: Readonly<Record<string, readonly unknown[]>> | undefined
}

export interface SimulateQuestion extends Samples {
  readonly ask: 'simulate'
  readonly input?: unknown
  readonly now?: number | undefined
  readonly script?: readonly Happening[] | undefined
  readonly seed?: number | undefined
  readonly steps?: number | undefined
  readonly outcomes?:
    | Readonly<Record<string, { readonly output?: unknown; readonly error?: unknown; readonly after?: number | undefined }>>
    | undefined
}

export interface PathsQuestion extends Samples {
  readonly ask: 'paths'
  readonly input?: unknown
  readonly kind: 'shortest' | 'simple' | 'transitions'
  readonly to?: string | undefined
  readonly most: number
}

/** What came of it: an answer to hand out, as JSON text, or why there is none. */
export type Result =
  | { readonly ok: true; readonly answer: string }
  | { readonly ok: false; readonly code: 'invalid' | 'too_large'; readonly message: string; readonly details: object }
