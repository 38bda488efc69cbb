import type { Call } from '../call.ts'
import type { Command, Result } from '../command.ts'
import { parseValue } from '../value.ts'

export const send: Command = {
  name: 'runs send',
  summary: 'bring a run what it waits for, now or later',
  arguments: [{ name: 'ID' }, { name: 'EVENT' }],
  options: {
    data: { value: 'JSON', help: 'what it is given; default null' },
    key: { value: 'KEY', help: 'the same key again does nothing twice' },
  },
  examples: ['runs send alice/42/order.m1 paid --data \'{"amount":10}\'', 'runs send alice/42/order.m1 paid --key message-7'],
  next: 'runs show ID',
  async run(call) {
    const [id, event] = [call.place(0), call.place(1)]
    const [data, key] = [call.option('data'), call.option('key')]
    const given = data === undefined ? null : parseValue(data)
    await using hf = await call.openToRead()
    const replayed = await hf.run(id).send(event, given, { source: 'cli', ...(key !== undefined && { key }) })
    return { data: { run: id, event, replayed }, text: `${id} has ${event}`, hint: `Next: holdfast runs show ${id}` }
  },
}

export const cancel: Command = {
  name: 'runs cancel',
  summary: 'end a run: what it does is aborted, what it waits for forgotten',
  arguments: [{ name: 'ID' }],
  options: {},
  examples: ['runs cancel alice/42/order.m1'],
  next: 'runs list --status cancelled',
  async run(call) {
    await using hf = await call.openToRead()
    await hf.run(call.place(0)).cancel({ source: 'cli' })
    return changed(call, 'is cancelled')
  },
}

export const retry: Command = {
  name: 'runs retry',
  summary: 'make another attempt of a run that failed, or whose code has been mended',
  arguments: [{ name: 'ID' }],
  options: {},
  examples: ['runs retry alice/42/order.m1'],
  next: 'runs show ID',
  async run(call) {
    await using hf = await call.openToRead()
    await hf.run(call.place(0)).retry({ source: 'cli' })
    return changed(call, 'runs again, as soon as a process has its task')
  },
}

function changed(call: Call, what: string): Result {
  const id = call.place(0)
  return { data: { run: id }, text: `${id} ${what}`, hint: `Next: holdfast runs show ${id}` }
}
