import { assign, setup } from 'holdfast/statechart'

const MOST_ATTEMPTS = 3

interface Support {
  /** Of the task at hand. */
  readonly attempts: number
  readonly confidence: number
  readonly lock: string | null
}

type SupportEvent =
  | { readonly type: 'session.start' }
  | { readonly type: 'session.end' }
  | { readonly type: 'user.message'; readonly text: string }
  | { readonly type: 'plan.ready' }
  | { readonly type: 'reply.sent' }
  | { readonly type: 'task.claimed'; readonly lock: string }
  | { readonly type: 'task.done' }
  | { readonly type: 'retry' }
  | { readonly type: 'needs.approval' }
  | { readonly type: 'approved' }
  | { readonly type: 'rejected' }
  | { readonly type: 'undone' }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'human.closed' }

/** How an agent that answers customers may behave: it talks and works at once, and asks before it spends. */
export const supportAgent = setup({
  types: {} as { context: Support; events: SupportEvent; tags: 'working' | 'waiting' | 'over' },
  guards: {
    confident: ({ context }) => context.confidence >= 0.7,
    lockHeld: ({ context, event }) => event.type === 'task.claimed' && event.lock === context.lock,
    'attempts < 3': ({ context }) => context.attempts < MOST_ATTEMPTS,
  },
  actions: {
    count: assign({ attempts: ({ context }) => context.attempts + 1 }),
  },
  effects: {
    loadProfile: () => ({}),
    askQuestion: () => ({ channel: 'chat' }),
    recallMemory: () => ({ query: 'what the customer prefers' }),
    enqueue: () => ({ queue: 'tasks' }),
    notifyOwner: () => ({ channel: 'approvals' }),
    undoSteps: () => ({}),
    rollback: () => ({}),
    checkpoint: () => ({}),
  },
  delays: {},
  actors: { resolveReferences: 'external', decompose: 'external', callTool: 'external', humanQueue: 'external' },
}).defineMachine({
  id: 'support-agent',
  version: '3',
  description: 'Answers customers, plans what to do about it, and does it with their consent.',
  context: { attempts: 0, confidence: 0, lock: null },
  initial: 'idle',
  states: {
    idle: {
      description: 'Nobody has written yet.',
      on: { 'session.start': { target: 'session', actions: 'loadProfile' } },
    },
    session: {
      type: 'parallel',
      tags: 'working',
      description: 'The conversation and the work it asks for go on side by side.',
      instructions: 'Be brief and kind. Never promise what has not been done.',
      on: { pause: 'paused', 'session.end': 'completed' },
      states: {
        execution: {
          description: 'One task at a time, from the queue to its end.',
          initial: 'queued',
          states: {
            queued: { on: { 'task.claimed': { guard: 'lockHeld', target: 'running' } } },
            running: {
              description: 'A tool is being called.',
              instructions: 'Call one tool at a time and say what you are doing.',
              tools: ['find_order', 'refund', 'track_parcel'],
              invoke: { src: 'callTool', onError: { target: '#support-agent.failed', actions: 'rollback' } },
              on: {
                retry: { guard: 'attempts < 3', target: 'running', reenter: true, actions: 'count' },
                'needs.approval': 'awaitingApproval',
                'task.done': 'settled',
              },
            },
            awaitingApproval: {
              tags: 'waiting',
              description: 'A person decides whether the task may go on.',
              instructions: 'Tell the customer that a colleague has to agree. Do not say when.',
              tools: [],
              entry: 'notifyOwner',
              on: { approved: 'running', rejected: 'compensating' },
            },
            compensating: { entry: 'undoSteps', on: { undone: 'settled' } },
            settled: { type: 'final' },
          },
        },
        dialogue: {
          description: 'What is said, and what was meant.',
          initial: 'listening',
          states: {
            listening: { on: { 'user.message': 'interpreting' } },
            interpreting: {
              invoke: {
                src: 'resolveReferences',
                onDone: [{ guard: 'confident', target: 'planning' }, { target: 'clarifying' }],
              },
            },
            planning: { invoke: { src: 'decompose' }, on: { 'plan.ready': { target: 'responding', actions: 'enqueue' } } },
            clarifying: {
              tags: 'waiting',
              description: 'The customer was asked what they meant.',
              instructions: 'Ask one question, and offer the two likeliest answers.',
              entry: 'askQuestion',
              on: { 'user.message': 'interpreting' },
              after: { 300000: '#support-agent.handoff' },
            },
            responding: {
              entry: 'recallMemory',
              tools: ['search_help'],
              on: { 'reply.sent': 'listening' },
            },
          },
        },
        before: { type: 'history', history: 'deep', description: 'Where both stood when the session was paused.' },
      },
    },
    paused: { tags: 'waiting', entry: 'checkpoint', on: { resume: 'session.before' } },
    handoff: { tags: 'waiting', invoke: { src: 'humanQueue' }, on: { 'human.closed': 'completed' } },
    completed: { type: 'final', tags: 'over' },
    failed: { type: 'final', tags: 'over' },
  },
})
