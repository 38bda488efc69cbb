import type { Json } from '../core/index.ts'
import type { PlatformEvent, Scope } from '../statechart/index.ts'

/** Values of a document by name, as tagged JSON. */
export type Data = Readonly<Record<string, Json>>

/** What an SCXML session keeps between steps: the context of its machine. */
export interface SessionContext {
  readonly session: string
  /** Ids made so far. */
  readonly ids: number
  /** What its parent gave it to begin with, by the names of its data. */
  readonly given: Data
  /** States whose data was made, under late binding. */
  readonly bound: readonly string[]
  readonly data: Data
}

/** An event with the fields of SCXML 1.0, 5.10.1. */
export interface ScxmlEvent extends PlatformEvent {
  readonly kind?: 'platform' | 'internal' | 'external'
  readonly sendid?: string
  readonly origin?: string
  readonly origintype?: string
  readonly data?: Json
}

/** The URI of SCXML's own event processor. */
export const SCXML_PROCESSOR = 'http://www.w3.org/TR/scxml/#SCXMLEventProcessor'
/** The URI of the HTTP event processor. */
export const HTTP_PROCESSOR = 'http://www.w3.org/TR/scxml/#BasicHTTPEventProcessor'

/** Where a session is reached over SCXML's event processor. */
export const scxmlLocation = (session: string): string => `#_scxml_${session}`
/** Where a session is reached over the HTTP event processor; within one system it needs no network. */
export const httpLocation = (session: string): string => `basichttp:${session}`

/** The session that steps. */
export function contextOf(scope: Scope): SessionContext {
  return scope.context as SessionContext
}

/** What a session is begun with. */
export interface SessionInput {
  /** By which other sessions reach it. */
  readonly session: string
  readonly given?: Data
}

/** What a child session is started with. */
export interface ChildInput {
  /** The document itself, or where it is. */
  readonly document?: string
  readonly url?: string
  readonly given: Data
}
