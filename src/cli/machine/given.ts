import type { Machine } from '../../statechart/index.ts'
import type { Call } from '../call.ts'
import type { Options } from '../command.ts'
import { machinesIn, sourceOptions } from './source.ts'

/** Where the definition of an instance is, if not in the store. */
export const fileOption: Options = {
  machine: { value: 'FILE', help: 'definitions that are not in the store: JSON, SCXML, or a module' },
  ...(sourceOptions.xstate && { xstate: sourceOptions.xstate }),
}

/** The machines to open the store with. */
export async function machinesGiven(call: Call): Promise<readonly Machine[]> {
  const file = call.option('machine')
  return file === undefined ? [] : Object.values(await machinesIn(call, file))
}
