import { STATECHART_KIND } from '../machine/index.ts'
import type { Machine } from '../statechart/index.ts'
import type { Call } from './call.ts'

/** The machine a request is about: one that the server shows, or one that was defined. @throws not_found; forbidden */
export async function machineOf(call: Call<{ readonly id: string }>, version: string | undefined): Promise<Machine> {
  const { id } = call.params
  call.hf.runtime.ports.gate.check({ principal: call.principal, action: 'read', kind: STATECHART_KIND, id })
  const shown = call.services.machines
  return shown.has(id) ? shown.get(id, version) : call.bot.statecharts.get(id, version)
}
