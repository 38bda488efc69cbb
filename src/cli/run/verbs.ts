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

export const skip: Command = {
  name: 'runs skip',
  summary: 'let a run that failed go on as if the step it failed of had come to a value',
  arguments: [{ name: 'ID' }],
  options: { value: { value: 'JSON', help: 'what the step has come to; default null' } },
  examples: ['runs skip alice/42/order.m1 --value \'"paid by hand"\''],
  next: 'runs show ID',
  async run(call) {
    const given = call.option('value')
    await using hf = await call.openToRead()
    await hf.run(call.place(0)).skip(given === undefined ? null : parseValue(given), { source: 'cli' })
    return changed(call, 'runs again, as soon as a process has its task')
  },
}

export const fork: Command = {
  name: 'runs fork',
  summary: 'start another run from a step of one; the steps before it are taken along',
  arguments: [{ name: 'ID' }, { name: 'STEP' }],
  options: { key: { value: 'KEY', help: 'its key in the session; default a new one' } },
  examples: ['runs fork alice/42/order.m1 pay', 'runs fork alice/42/order.m1 pay --key again'],
  next: 'runs show ID',
  async run(call) {
    const [id, step, key] = [call.place(0), call.place(1), call.option('key')]
    await using hf = await call.openToRead()
    const { run, warnings } = await hf.run(id).fork({ step, ...(key !== undefined && { key }) }, { source: 'cli' })
    const told = warnings.length === 0 ? '' : `\nDone anew, although they have happened: ${warnings.join(', ')}`
    return {
      data: { run: run.id, warnings },
      text: `${run.id} begins at ${step}${told}`,
      hint: `Next: holdfast runs show ${run.id}`,
    }
  },
}

function changed(call: Call, what: string): Result {
  const id = call.place(0)
  return { data: { run: id }, text: `${id} ${what}`, hint: `Next: holdfast runs show ${id}` }
}
