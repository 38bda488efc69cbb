import { fromTagged, type Json } from '../../core/index.ts'
import type { AnswerSamples, EventObject, EventSamples } from '../../statechart/index.ts'
import type { Call } from '../call.ts'
import type { Options } from '../command.ts'
import { UsageError } from '../usage-error.ts'
import { parseValue } from '../value.ts'
import { jsonIn } from './source.ts'

/** What machines are tried with. */
export const sampleOptions: Options = {
  input: { value: 'JSON', help: 'what the machine is started with' },
  samples: {
    value: 'FILE',
    help: 'events to try and answers of children: { events: { TYPE: [event] }, answers: { ID: [output] } }',
  },
}

/** The input and the samples that were named. @throws UsageError for samples of another shape */
export function samplesOf(call: Call): {
  readonly input?: unknown
  readonly events?: EventSamples
  readonly answers?: AnswerSamples
} {
  const input = call.option('input')
  const file = call.option('samples')
  const { events, answers } = file === undefined ? {} : Object(fromTagged(jsonIn(file)))
  if (!isListed(events, isEvent) || !isListed(answers, () => true)) {
    throw new UsageError(`Expected ${file} to hold { events: { TYPE: [{ type, ... }] }, answers: { ID: [...] } }`, '--samples')
  }
  return {
    ...(input !== undefined && { input: parseValue(input) }),
    ...(events !== undefined && { events: events as EventSamples }),
    ...(answers !== undefined && { answers: answers as AnswerSamples }),
  }
}

/** An event by its type and the JSON of what goes with it. @throws UsageError */
export function eventOf(type: string, data: string | undefined): EventObject {
  const fields = data === undefined ? {} : parseValue(data)
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw new UsageError(`Expected --data to be a JSON object, got ${data}`, '--data')
  return { ...fields, type }
}

function isListed(value: unknown, fits: (item: unknown) => boolean): boolean {
  if (value === undefined) return true
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((list) => Array.isArray(list) && list.every(fits))
  )
}

function isEvent(value: unknown): value is Json {
  return typeof Object(value).type === 'string'
}
