// A support agent of an airline as a statechart: what it is told and which tools it may call follow from where it is.
import { assign, setup, stateIn } from 'holdfast/statechart'
import { afterAnswer, afterCall, type Case, customerAfter, newCase, settled, timesFailed } from './case.ts'
import type { AirlineEvent } from './events.ts'
import { CHANGES, HAND_OVER, LOOKUPS, SEARCHES, THOUGHTS } from './tools.ts'

/** A tool that has failed so often in a row is not tried again before the customer has been told. */
const MOST_FAILURES = 3

/** Milliseconds a customer waits for a human, unless said otherwise. */
const PATIENCE = 15 * 60_000

const IDENTIFYING = [...LOOKUPS, ...THOUGHTS, HAND_OVER]
const READING = [...IDENTIFYING, ...SEARCHES]

/** The agent. Two regions: where the dialogue stands, and how its tools do. */
export const SupportAgent = setup({
  types: {} as {
    context: Case
    events: AirlineEvent
    input: { readonly patience?: number } | undefined
    output: { readonly customer: string | null; readonly outside: readonly string[] }
  },
  guards: {
    asks: ({ event }) => event.type === 'agent.spoke' && event.asks,
    consents: ({ event }) => event.type === 'customer.spoke' && event.consents,
    identifies: ({ context, event }) => event.type === 'tool.answered' && customerAfter(context, event) !== null,
    handsOver: ({ event }) => event.type === 'tool.called' && event.tool === HAND_OVER,
    isHandedOver: ({ context, event }) => isHandOver(context, event, false),
    isNotHandedOver: ({ context, event }) => isHandOver(context, event, true),
    exhausts: ({ context, event }) =>
      event.type === 'tool.answered' &&
      event.failed &&
      timesFailed(context, settled(context, event).call.tool) + 1 >= MOST_FAILURES,
    fails: ({ event }) => event.type === 'tool.answered' && event.failed,
    isLast: ({ context }) => context.pending.length <= 1,
  },
  actions: {
    expect: assign(({ context, event }) => (event.type === 'tool.called' ? afterCall(context, event) : {})),
    settle: assign(({ context, event }) => (event.type === 'tool.answered' ? afterAnswer(context, event) : {})),
    forgive: assign({ failing: null }),
  },
  delays: { patience: ({ context }) => context.patience },
}).defineMachine({
  id: 'airline-support',
  context: ({ input }) => newCase(input?.patience ?? PATIENCE),
  output: ({ context: { customer, outside } }) => ({ customer, outside }),
  initial: 'open',
  states: {
    open: {
      type: 'parallel',
      instructions:
        'You are a support agent of an airline. Call one tool at a time. Say only what the customer or a tool has told you.',
      // Anybody may say anything at any moment; the phase that cares says what follows.
      on: {
        'policy.given': {},
        'customer.spoke': {},
        'agent.spoke': {},
        'agent.announced': {},
      },
      states: {
        dialogue: {
          initial: 'serving',
          // Not of the whole: the tools, having no answer of their own, would ask the whole, and close what waits for a human.
          on: { 'conversation.ended': '#closed' },
          states: {
            serving: {
              id: 'serving',
              initial: 'identifying',
              on: { 'tool.called': { guard: 'handsOver', target: 'handingOver' } },
              states: {
                identifying: {
                  instructions: 'Find out what the customer wants, and who it is: look up the customer or a reservation.',
                  tools: IDENTIFYING,
                  on: { 'tool.answered': { guard: 'identifies', target: 'gathering' } },
                },
                gathering: {
                  instructions: 'Gather what the request needs. Then list every detail of the change and ask for a yes.',
                  tools: READING,
                  on: { 'agent.spoke': { guard: 'asks', target: 'confirming' } },
                },
                confirming: {
                  instructions: 'The customer has been asked. Change nothing before the answer is yes.',
                  tools: THOUGHTS,
                  on: { 'customer.spoke': [{ guard: 'consents', target: 'acting' }, { target: 'gathering' }] },
                },
                acting: {
                  instructions: 'The customer has agreed. Do what was agreed, nothing else, and tell what came of it.',
                  tools: [...READING, ...CHANGES],
                  on: {
                    'agent.spoke': [{ guard: 'asks', target: 'confirming' }, { target: 'gathering' }],
                    'customer.spoke': [{ guard: 'consents' }, { target: 'gathering' }],
                  },
                  always: { guard: stateIn('open.tools.exhausted'), target: 'gathering' },
                },
                before: { type: 'history' },
              },
            },
            handingOver: {
              initial: 'requested',
              states: {
                requested: {
                  instructions: 'The customer is being handed over. Wait.',
                  tools: [],
                  on: {
                    'tool.answered': [
                      { guard: 'isHandedOver', target: 'waiting' },
                      { guard: 'isNotHandedOver', target: '#serving.before' },
                    ],
                  },
                },
                waiting: {
                  instructions: 'A human takes over. Tell the customer so, and nothing else.',
                  tools: [],
                  on: { 'human.joined': '#handedOver', 'conversation.ended': {} },
                  after: { patience: '#promised' },
                },
              },
            },
          },
        },
        tools: {
          initial: 'idle',
          on: {
            'tool.called': { target: '.busy', actions: 'expect' },
            'tool.answered': [
              { guard: 'exhausts', target: '.exhausted', actions: 'settle' },
              { guard: 'fails', target: '.failed', actions: 'settle' },
              { guard: 'isLast', target: '.idle', actions: 'settle' },
              { actions: 'settle' },
            ],
          },
          states: {
            idle: {},
            busy: {},
            failed: { instructions: 'The tool has refused. Read why, mend the arguments, try again.' },
            exhausted: {
              instructions: 'The tool keeps refusing. Do not try again: tell the customer, or hand over.',
              on: { 'agent.spoke': { target: 'idle', actions: 'forgive' } },
            },
          },
        },
      },
    },
    closed: { id: 'closed', type: 'final', description: 'The conversation has ended.' },
    handedOver: { id: 'handedOver', type: 'final', description: 'A human has taken over.' },
    promised: { id: 'promised', type: 'final', description: 'Nobody came in time: the customer will be called back.' },
  },
})

function isHandOver(context: Case, event: AirlineEvent, failed: boolean): boolean {
  return event.type === 'tool.answered' && event.failed === failed && settled(context, event).call.tool === HAND_OVER
}
