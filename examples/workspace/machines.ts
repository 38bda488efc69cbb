import { durable, type Holdfast } from 'holdfast'
import type { EventObject } from 'holdfast/statechart'
import { parcel } from './parcel.ts'
import { supportAgent } from './support-agent.ts'

/** Work that goes on until somebody ends it: a person in a queue, a tool that takes its time. */
const unending = {
  retry: { attempts: 1_000_000 },
  timeout: 30 * 86_400_000,
  run: (_: unknown, { signal }: { readonly signal: AbortSignal }) =>
    new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
}
const told = { run: (what: unknown) => what }

/** The machines of the sample workspace, with hands. */
export const machines = [
  durable(supportAgent, {
    actors: {
      resolveReferences: { run: () => ({ meant: 'the order of the session' }) },
      decompose: { run: () => ({ tasks: 1 }) },
      callTool: unending,
      humanQueue: unending,
    },
    effects: {
      loadProfile: told,
      askQuestion: told,
      recallMemory: told,
      enqueue: told,
      notifyOwner: told,
      undoSteps: told,
      rollback: told,
      checkpoint: told,
    },
  }),
  durable(parcel, { effects: { askCarrier: told } }),
]

/** What happened to an instance: an event, so many minutes before now. */
interface Happening {
  readonly before: number
  readonly session: string
  readonly tell: (hf: Holdfast) => Promise<unknown>
}

const agentOf = (session: string, events: readonly (readonly [before: number, event: EventObject])[]): Happening[] => {
  const [[began] = [0]] = events
  const agent = (hf: Holdfast) => hf.machine(supportAgent, session, 'agent')
  return [
    { before: began + 0.5, session, tell: (hf) => agent(hf).start() },
    ...events.map(([before, event]) => ({
      before,
      session,
      tell: (hf: Holdfast) => agent(hf).send(event as never, { source: 'agent' }),
    })),
  ]
}

const parcelOf = (
  session: string,
  order: string,
  events: readonly (readonly [before: number, event: EventObject])[],
): Happening[] => {
  const [[began] = [0]] = events
  const box = (hf: Holdfast) => hf.machine(parcel, session, 'parcel')
  return [
    { before: began + 1, session, tell: (hf) => box(hf).start({ order }) },
    ...events.map(([before, event]) => ({
      before,
      session,
      tell: (hf: Holdfast) => box(hf).send(event as never, { source: 'carrier' }),
    })),
  ]
}

const scan = (place: string): EventObject => ({ type: 'SCANNED', place }) as EventObject
const claimed = { type: 'task.claimed', lock: null } as EventObject

/** One agent waits for a person, one is at work and has asked the customer something; one parcel travels, one has arrived. */
export const happenings: readonly Happening[] = [
  ...agentOf('support/order-1077', [
    [94, { type: 'session.start' }],
    [88, claimed],
    [82, { type: 'needs.approval' }],
    [80, { type: 'approved' }],
    [77, { type: 'needs.approval' }],
  ]),
  ...agentOf('support/order-1123', [
    [13, { type: 'session.start' }],
    [12, claimed],
    [11, { type: 'retry' }],
    [9, { type: 'pause' }],
    [8, { type: 'resume' }],
    [0.4, { type: 'user.message', text: 'And the grinder?' } as EventObject],
  ]),
  ...parcelOf('support/order-1123', '1123', [
    [12, { type: 'HANDED_OVER' }],
    [9, scan('Hamburg')],
    [5, scan('Hannover')],
    [2, scan('Kassel')],
  ]),
  ...parcelOf('support/order-1101', '1101', [
    [50, { type: 'HANDED_OVER' }],
    [41, scan('Lyon')],
    [38, { type: 'DELIVERED' }],
  ]),
]
