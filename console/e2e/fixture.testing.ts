import { runAnswers } from './runs-fixture.testing.ts'
import type { Answers } from './stand-in.testing.ts'
import { talkAnswers } from './talk-fixture.testing.ts'

const NOW = Date.now()
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString()

/** A store with one support agent that waits for approval, and as many other sessions as asked. */
export function fullStore(sessions: number): Answers {
  return (path, search) => {
    if (path === '/v1/overview') return overview(sessions)
    if (path === '/v1/sessions') return page(sessions, search)
    if (path === '/v1/machines') return { machines }
    if (path === '/v1/nodes') return nodes
    const known = runAnswers(path, search) ?? talkAnswers(path, search)
    if (known !== undefined) return known
    const [, id, what, ...rest] = path.slice('/v1/'.length).split('/').map(decodeURIComponent)
    return id === 'ses_8f2k' ? agent(what, rest[0], search) : id?.startsWith('ses_') ? { ...agentNow, id } : undefined
  }
}

/** A store without anything. */
export const emptyStore: Answers = (path) => {
  if (path === '/v1/overview') return { ...overview(0), attention: [], load: { ...load, history: [] } }
  if (path === '/v1/sessions') return { sessions: [], estimate: 0 }
  if (path === '/v1/machines') return { machines: [] }
  if (path === '/v1/nodes') return { registered: true, nodes: [], claims: [], queues: [] }
  if (path === '/v1/approvals') return { approvals: [] }
  if (path === '/v1/runs') return { runs: [] }
  return undefined
}

/** A store that cannot be read. */
export const brokenStore: Answers = () => 500

const machines = ['2', '3'].map((version) => ({
  id: 'support-agent',
  version,
  tag: `support-agent@${version}#1x`,
  states: 19,
  transitions: 20,
  events: ['approved', 'needs.approval', 'pause', 'plan.ready', 'rejected', 'reply.sent', 'resume', 'retry', 'session.start'],
}))

function page(total: number, search: URLSearchParams) {
  const limit = Number(search.get('limit') ?? 100)
  const prefix = search.get('prefix') ?? ''
  if (prefix !== '' && !'ses_8f2k'.startsWith(prefix)) return { sessions: [], estimate: total }
  const start = Number(search.get('after') ?? 0)
  const end = Math.min(total, start + limit)
  const sessions = Array.from({ length: Math.max(0, end - start) }, (_, i) => summary(start + i))
  return { sessions, estimate: total, ...(end < total && { next: String(end) }) }
}

function summary(index: number) {
  if (index === 0) return agentSummary
  const names = ['support-agent', 'trip-planner', 'code-review', 'invoice-clerk']
  const statuses = ['open', 'open', 'idle', 'closed', 'open', 'expired']
  const tags = [['refund'], [], ['vip', 'eu'], ['night-run'], []]
  return {
    id: `ses_${((index * 2654435761) % 4294967296).toString(36).padStart(7, '0')}`,
    definition: names[index % names.length],
    revision: 3 + ((index * 7) % 61),
    status: statuses[index % statuses.length],
    user: index % 3 === 0 ? null : `user-${index % 97}`,
    tags: tags[index % tags.length],
    created: ago(4000 + index * 11),
    updated: ago(4 + index * 9),
    expires: null,
  }
}

const events = ['session.start', 'user.message', 'done [confident]', 'plan.ready', 'task.claimed', 'needs.approval']

/** Longer than what unfolding shows at first. */
const notes = 'The customer sent two pictures of the broken grinder.\n'.repeat(200)

const state = (revision: number) => ({
  topic: revision < 2 ? null : 'refund #8812',
  customer: { id: 'cus_2211', name: 'Mara Lindqvist', email: '[secret]', since: { $date: '2021-04-18T09:12:00.000Z' } },
  task: {
    status: revision >= 46 ? 'awaitingApproval' : 'running',
    attempts: revision < 45 ? 0 : 1,
    amount: 249.9,
    currency: 'EUR',
  },
  plan: ['find the order', 'check the refund limit', 'ask for approval', 'refund'].slice(0, revision < 44 ? 2 : 4),
  limits: { withoutApproval: 200, total: { $bigint: '90071992547409931' } },
  seen: { $set: ['order-8812', 'policy-4'] },
  ...(revision >= 45 && { claimedBy: 'worker-3' }),
  retries: revision >= 46 ? 'three' : 3,
  notes,
})

const agentSummary = {
  id: 'ses_8f2k',
  definition: 'support-agent',
  revision: 46,
  status: 'open',
  user: 'mara',
  tags: ['refund', 'vip'],
  created: ago(312),
  updated: ago(4),
  expires: null,
}

const agentNow = {
  ...agentSummary,
  state: state(46),
  invalid: [{ path: 'retries', message: 'expected a number' }],
  origin: { id: 'ses_7c1a', revision: 12 },
}

function agent(what: string | undefined, moment: string | undefined, search: URLSearchParams): unknown {
  if (what === undefined) return agentNow
  if (what === 'at') return { revision: Number(moment), at: ago(4 + (46 - Number(moment)) * 6), state: state(Number(moment)) }
  if (what === 'history') return { revisions: revisions(Number(search.get('from') ?? 1), Number(search.get('to') ?? 46)) }
  if (what === 'log')
    return {
      revisions: revisions(1, 46)
        .toReversed()
        .map((each) => ({ ...each, keys: each.paths, prev: each.seq - 1 })),
    }
  if (what === 'effects') return { effects: [doneEffect], more: false }
  return what === 'context' ? context : undefined
}

function revisions(from: number, to: number) {
  return Array.from({ length: Math.max(0, Math.min(46, to) - from + 1) }, (_, i) => {
    const revision = from + i
    const name = events[(revision + 1) % events.length]
    return {
      revision,
      seq: 9000 + revision * 3,
      at: ago(4 + (46 - revision) * 6),
      actor: revision % 2 === 0 ? 'agent:support' : 'mara',
      cause: revision > 40 ? 'msg_19' : null,
      source: 'api',
      op: revision === 1 ? 'create' : 'update',
      commit: 9000 + revision * 3,
      event: { name, data: null },
      paths: revision === 46 ? ['task.status', 'retries'] : ['task.status', 'plan'],
    }
  })
}

const context = {
  revision: 46,
  variables: [
    { path: 'topic', value: 'refund #8812', tokens: 6, score: 0.91, reason: 'named in the question' },
    { path: 'task', value: state(46).task, tokens: 31, score: 0.84, reason: 'changed last' },
    { path: 'limits.withoutApproval', value: 200, tokens: 4, score: 0.77, reason: 'next to what changed' },
  ],
  tokens: 41,
  budget: 1000,
  left_out: 2,
  ranking: [
    candidate('topic', 'pinned', 6, { words: 0.4, identity: 0.51 }),
    candidate('task', 'chosen', 31, { recency: 0.6, words: 0.24 }),
    candidate('limits.withoutApproval', 'chosen', 4, { neighbours: 0.77 }),
    candidate('plan', 'too long', 2000, { words: 0.3 }),
    candidate('customer.since', 'no room', 12, {}),
  ],
}

function candidate(path: string, verdict: string, tokens: number, parts: Record<string, number>) {
  return {
    path,
    verdict,
    tokens,
    parts,
    score: Object.values(parts).reduce((sum, part) => sum + part, 0),
    changed: 46,
    changes: 1,
  }
}

const load = {
  commits_per_second: 412,
  commit_p50_ms: 1.8,
  commit_p99_ms: 6.4,
  queue_depth: 3,
  cache_bytes: 48_600_000,
  cache_hits: 98_214,
  cache_misses: 2_011,
  outbox: { due: 12, running: 4, dead: 1 },
  feed_subscribers: 2,
  loop_delay_p99_ms: 3.1,
  rss_bytes: 186_000_000,
  history: Array.from({ length: 60 }, (_, i) => ({
    at: NOW - (60 - i) * 1000,
    commits: Math.round(380 + 90 * Math.sin(i / 5) + 40 * Math.sin(i * 1.7)),
    p99: i > 20 && i < 24 ? null : 5 + 2 * Math.sin(i / 4) + (i === 44 ? 9 : 0),
  })),
}

const doneEffect = { effect: 'eff_1', name: 'email.send', at: ago(9) }

const node = (id: string, parts: object, load: object = {}) => ({
  ...{ id, name: 'agents-1', pid: 4121, version: '0.2.0', address: 'http://127.0.0.1:4600', started: NOW - 86_400_000 },
  ...{ state: 'up', self: false, lease_ms: 15_000, seen: NOW - 900, silent_ms: 900, ...parts },
  load: {
    ...{
      running: 14,
      pending: 3,
      behind: 0,
      requests_per_second: 212.4,
      loop_delay_p99_ms: 21.3,
      clock_skew_ms: 4,
      rss_bytes: 186_000_000,
    },
    ...load,
  },
})

const held = (owner: string, queue: string, count: number, lapsed = 0) => ({
  ...{ owner, queue, count, lapsed, oldest: NOW - 4000, until: NOW + 9000 },
})

const nodes = {
  registered: true,
  nodes: [
    node('q1Zr8mN4', { self: true }),
    node(
      'Hk22xWb0',
      { name: 'agents-2', pid: 977, version: '0.2.1', address: 'http://127.0.0.1:4601', silent_ms: 2100 },
      { behind: 412 },
    ),
    node(
      'x9LmPq71',
      { name: 'agents-3.eu-central-1.compute.internal', pid: 31_388, state: 'draining', silent_ms: 400 },
      { clock_skew_ms: 7200 },
    ),
    node('d0Tt7vYc', { name: 'agents-4', state: 'dead', address: null, silent_ms: 48_000 }, { loop_delay_p99_ms: 812 }),
  ],
  claims: [
    held('Hk22xWb0', 'email.send', 32),
    held('Hk22xWb0', 'payment.capture', 4),
    held('d0Tt7vYc', 'email.send', 7, 7),
    held('gone-without-a-word-4Ab', 'vector.index', 3, 1),
    held('q1Zr8mN4', 'email.send', 12),
    held('q1Zr8mN4', 'timer:machine', 2),
    held('x9LmPq71', 'customer-support.escalation.notify-the-person-on-duty', 1),
  ],
  queues: [
    { queue: 'email.send', due: 10_000, dead: 3, lag_ms: 84_000 },
    { queue: 'payment.capture', due: 2, dead: 0, lag_ms: 240 },
    { queue: 'vector.index', due: 1, dead: 0, lag_ms: 12_000 },
  ],
}

const overview = (sessions: number) => ({
  attention: [
    { what: 'waiting', session: 'ses_8f2k', since: ago(4), message: 'needs approval: refund of 249.90 EUR' },
    {
      what: 'failed',
      session: 'ses_1x9d',
      effect: 'eff_77',
      since: ago(840),
      message: 'email.send gave up after 5 attempts: 550 mailbox unavailable',
    },
    {
      what: 'stuck',
      session: 'ses_0q2m',
      effect: 'eff_81',
      since: ago(5400),
      message: 'payment.capture has been running for 1 h without a sign of life',
    },
    { what: 'invalid', session: 'ses_8f2k', since: ago(4), message: 'retries: expected a number' },
  ],
  load,
  nodes: { up: 2, draining: 1, dead: 1 },
  sessions: { estimate: sessions },
  store: { name: 'agents.db', bytes: 734_003_200, version: 3 },
})
