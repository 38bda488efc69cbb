import type { Machine } from '../statechart/index.ts'
import type { SessionContext, SessionInput } from './session.ts'

/** The types of an imported machine: events carry SCXML's fields, the context is the session. */
export interface ScxmlTypes {
  readonly context: SessionContext
  readonly events: { readonly type: string }
  readonly input: SessionInput
  readonly output: unknown
  readonly tags: string
}

/** How documents are read. */
export interface ScxmlOptions {
  /** The text behind a `src`, undefined when there is none. Nothing is loaded without it. */
  readonly load?: (src: string) => string | undefined
}

/** Reads SCXML documents. Their code runs in one sandbox, apart from the host. */
export interface ScxmlReader extends Disposable {
  /**
   * The machine a document describes.
   * @throws invalid when it is not well-formed, or holds what cannot be imported: everything by name and line
   */
  read(text: string, options?: ScxmlOptions): Machine<ScxmlTypes>
  /** Gives the sandbox's memory back; machines read before cannot be stepped any more. */
  [Symbol.dispose](): void
}
