import type { Change, Revision } from '../runtime/index.ts'
import type { RecordedStep } from './recorded-step.ts'

/** A revision of an instance, with what each event of its commit did. */
export interface MachineRevision extends Revision {
  readonly steps: readonly RecordedStep[]
}

/** A change of an instance as its watchers get it. */
export interface MachineChange extends Change {
  readonly steps: readonly RecordedStep[]
}

/** What a revision's event says was done. */
export function withSteps<Of extends Pick<Revision, 'event'>>(revision: Of): Of & { readonly steps: readonly RecordedStep[] } {
  const { steps } = Object(revision.event?.data) as { steps?: readonly RecordedStep[] }
  return { ...revision, steps: steps ?? [] }
}

/** True for what the event of an instance's revision carries. */
export function isRecordedSteps(data: unknown): data is { readonly steps: readonly RecordedStep[] } {
  return Array.isArray(Object(data).steps)
}

/** The same for changes as they come. */
export function eachWithSteps(changes: AsyncGenerator<Change>): AsyncGenerator<MachineChange> {
  const told = tell(changes)
  const end = told.return.bind(told)
  // A generator that waits would end only with the next change.
  return Object.assign(told, {
    return(value: unknown) {
      void changes.return(undefined)
      return end(value)
    },
  })
}

async function* tell(changes: AsyncGenerator<Change>): AsyncGenerator<MachineChange> {
  for await (const change of changes) yield withSteps(change)
}
