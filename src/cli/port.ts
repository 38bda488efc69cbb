import { DEFAULT_PORT } from '../server/index.ts'
import type { Call } from './call.ts'
import type { Option } from './command.ts'
import { UsageError } from './usage-error.ts'

const HIGHEST_PORT = 65_535

/** Where a command listens. */
export const port: Option = { value: 'N', help: `default $PORT, else ${DEFAULT_PORT}; 0 for any free one` }

/** The port that is asked for. @throws UsageError */
export function portOf(call: Call): number {
  const typed = call.option('port') === undefined ? call.io.env.PORT || undefined : undefined
  const number = typed === undefined ? call.number('port', 0) : Number(typed)
  if (number === undefined) return DEFAULT_PORT
  if (Number.isInteger(number) && number >= 0 && number <= HIGHEST_PORT) return number
  const name = typed === undefined ? '--port' : 'PORT'
  const got = JSON.stringify(typed ?? String(number))
  throw new UsageError(`Expected ${name} to be a port from 0 to ${HIGHEST_PORT}, got ${got}`, name)
}
