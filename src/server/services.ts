import type { Holdfast } from '../holdfast.ts'
import type { SessionDefinition } from '../session/index.ts'
import type { PrometheusMeter } from '../telemetry/index.ts'
import type { Drawings } from './diagram/drawings.ts'
import type { Frames } from './feed/frames.ts'
import type { Subscriptions } from './feed/subscriptions.ts'
import type { Laboratory } from './laboratory/laboratory.ts'
import type { Machines } from './machines.ts'
import type { ServerLimits, ServerOptions } from './options.ts'
import type { LoadWatch } from './overview/load-watch.ts'
import type { SessionTexts } from './session-texts.ts'

/** What endpoints stand on. */
export interface Services {
  readonly hf: Holdfast
  readonly limits: Required<ServerLimits>
  readonly basePath: string
  readonly principal: NonNullable<ServerOptions['principal']>
  readonly definitions: ReadonlyMap<string, SessionDefinition>
  readonly machines: Machines
  readonly drawings: Drawings
  readonly laboratory: Laboratory
  readonly meter: PrometheusMeter | undefined
  readonly subscriptions: Subscriptions
  readonly frames: Frames
  readonly texts: SessionTexts
  readonly load: LoadWatch
  /** Of the package. */
  readonly version: string
  /** The OpenAPI document. */
  readonly document: () => object
  /** True from when the server is to end. */
  readonly isClosing: () => boolean
}
