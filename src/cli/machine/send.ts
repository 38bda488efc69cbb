import type { Command } from '../command.ts'
import { fileOption, machinesGiven } from './given.ts'
import { eventOf } from './samples.ts'
import { shown } from './show.ts'

export const send: Command = {
  name: 'machine send',
  summary: 'give an instance an event: one commit, with all it leads to',
  arguments: [{ name: 'SESSION/NAME' }, { name: 'EVENT' }],
  options: {
    data: { value: 'JSON', help: 'what goes with the event' },
    key: { value: 'KEY', help: 'the same key again is answered as the first time' },
    ...fileOption,
  },
  examples: ['machine send alice/42/order PAY --data \'{"amount":10}\'', 'machine send alice/42/order SHIP --key message-7'],
  next: 'machine history alice/42/order',
  async run(call) {
    const [id, key] = [call.place(0), call.option('key')]
    const event = eventOf(call.place(1), call.option('data'))
    await using hf = await call.openToRead(await machinesGiven(call))
    const { handled, replayed } = await hf.instance(id).send(event, { source: 'cli', ...(key !== undefined && { key }) })
    const result = await shown(call, hf, id)
    const note = handled ? '' : `Nothing takes ${event.type} now\n`
    return { ...result, data: { ...(result.data as object), handled, replayed }, hint: `${note}${result.hint ?? ''}` }
  },
}
