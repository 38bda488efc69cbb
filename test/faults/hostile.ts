import fc from 'fast-check'
import { open } from 'holdfast'
import { createServer } from 'holdfast/server'

/** What became of many hostile requests. */
export interface HostileReport {
  readonly requests: number
  readonly faults: readonly string[]
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>
}

interface Operation {
  readonly method: string
  readonly path: string
}

interface HostileRequest {
  readonly operation: number
  readonly params: readonly string[]
  readonly query: readonly (readonly [string, string])[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const BATCH = 200

const odd = fc.oneof(
  fc.constantFrom(
    's',
    'a',
    's/a',
    '1',
    '',
    '.',
    '..',
    '%',
    '%00',
    '%ff',
    '__proto__',
    'constructor',
    'a[0]',
    'a[',
    'user:x',
    'temp:x',
    'session',
    '😀',
    '-1',
    '1e9',
  ),
  fc.constantFrom(
    '2026-01-01T00:00:00Z',
    '9'.repeat(40),
    'x'.repeat(3000),
    '["a"]',
    'W10',
    'bnVsbA',
    'null',
    'true',
    '\u0000',
    '\ud800',
  ),
  fc.string({ maxLength: 30, unit: 'grapheme' }),
)
const names = [
  'limit',
  'after',
  'order',
  'from',
  'to',
  'tag',
  'user',
  'status',
  'term',
  'value',
  'prefix',
  'contains',
  'kind',
  'state',
  'tokens',
  'query',
  'updated_from',
  'version',
  'format',
  'session',
  'machine',
]
const fields = ['set', 'delete', 'tag', 'untag', 'ttl', 'event', 'state', 'user', 'definition', 'tags', 'value', 'id', 'at']
const asked = [
  'machine',
  'version',
  'input',
  'script',
  'seed',
  'steps',
  'events',
  'answers',
  'outcomes',
  'kind',
  'to',
  'most',
  'now',
  'type',
  'name',
]
const tagged = fc
  .tuple(
    fc.constantFrom('$date', '$bigint', '$map', '$set', '$regexp', '$url', '$bytes', '$bare', '$plain', '$number', '$x'),
    fc.jsonValue(),
  )
  .map(([name, value]) => ({ [name]: value }))
const content = fc.oneof(
  fc.jsonValue(),
  tagged,
  fc.dictionary(odd, fc.oneof(fc.jsonValue(), tagged), { maxKeys: 4 }),
  fc.array(odd, { maxLength: 4 }),
)
/** Nearly a machine, or one. */
const state = fc.record(
  {
    on: fc.dictionary(fc.constantFrom('GO', 'a', '*', 'x.y'), fc.oneof(fc.constantFrom('a', 'b', '.b', '#s'), content), {
      maxKeys: 3,
    }),
    after: fc.dictionary(fc.constantFrom('1', 'PT1H', 'x', '-1'), fc.constantFrom('a', 'b'), { maxKeys: 2 }),
    always: fc.oneof(fc.constantFrom('a', 'b'), content),
    entry: content,
    initial: fc.constantFrom('a', 'b', 1),
    type: fc.constantFrom('final', 'parallel', 'x'),
    states: content,
  },
  { requiredKeys: [] },
)
const definitions = fc.record(
  {
    id: fc.oneof(fc.constantFrom('s', 'a', 'm'), odd),
    version: odd,
    initial: fc.constantFrom('a', 'b'),
    states: fc.dictionary(fc.constantFrom('a', 'b', 'c.d'), state, { maxKeys: 3 }),
    context: content,
    actors: content,
    schemas: content,
  },
  { requiredKeys: ['states'] },
)
const happenings = fc.record({
  script: fc.array(
    fc.oneof(
      fc.record({ send: fc.record({ type: fc.constantFrom('GO', '', 'done.invoke.x'), data: content }) }),
      fc.record({ wait: fc.oneof(fc.nat(), fc.constantFrom(-1, 1e300)) }),
      fc.record({ done: odd, output: content }),
    ),
    { maxLength: 5 },
  ),
  input: content,
})
const bodies = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.dictionary(fc.constantFrom(...fields), content, { maxKeys: 3 }).map((value) => JSON.stringify(value)),
  },
  {
    weight: 2,
    arbitrary: fc.dictionary(fc.constantFrom(...asked), content, { maxKeys: 4 }).map((value) => JSON.stringify(value)),
  },
  { weight: 2, arbitrary: fc.oneof(definitions, happenings).map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 5000 })
      .map((depth) => '{"set":{"a":'.concat('['.repeat(depth), ']'.repeat(depth), '}}')),
  },
)
const headers = fc.record(
  {
    'if-match': fc.constantFrom('*', '"1"', '"2", "3"', 'W/"1"', '1', '""'),
    'if-none-match': fc.constantFrom('*', '"1"', 'x'),
    'idempotency-key': fc.constantFrom('k', 'k2', 'a b', 'x'.repeat(400)),
    'content-type': fc.constantFrom(
      'application/json',
      'application/json',
      'application/json',
      'text/plain',
      'application/json; charset=latin1',
    ),
    'last-event-id': fc.constantFrom('', 'nonsense', 'Og=='),
    accept: fc.constantFrom('*/*', 'text/html'),
  },
  { requiredKeys: [] },
)

function requests(operations: number): fc.Arbitrary<HostileRequest> {
  return fc.record({
    operation: fc.nat(operations - 1),
    params: fc.array(odd, { minLength: 3, maxLength: 3 }),
    query: fc.array(fc.tuple(fc.constantFrom(...names), odd), { maxLength: 4 }),
    headers,
    body: bodies,
  })
}

/** Sends requests made of the server's own document, and notes every answer that is the server's fault. */
export async function sendHostile(seed: number, wanted: number): Promise<HostileReport> {
  await using hf = await open('memory:', { worker: false, logger: { warn() {}, error() {} } })
  const server = createServer(hf, { console: null })
  const document = await (await server.fetch(new Request('http://localhost/openapi.json'))).json()
  const { paths } = document as { paths: Record<string, Record<string, object>> }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  )
  await hf.session('s').set('a', [1])
  await hf.statecharts.define({
    id: 's',
    initial: 'a',
    states: { a: { on: { GO: 'b' }, after: { PT1H: 'b' } }, b: { on: { GO: 'a' } } },
  })
  await hf.machine('s', 's', 'a').start()
  const statuses: Record<string, number> = {}
  const faults: string[] = []
  for (let sent = 0, batch = 0; sent < wanted; batch++) {
    for (const one of fc.sample(requests(operations.length), { seed: seed + batch, numRuns: Math.min(BATCH, wanted - sent) })) {
      const request = toRequest(one, operations)
      sent++
      const response = await server.fetch(request)
      await response.body?.cancel()
      statuses[response.status] = (statuses[response.status] ?? 0) + 1
      if (response.status >= 500)
        faults.push(`${response.status} ${request.method} ${request.url.slice(0, 300)} ${one.body.slice(0, 300)}`)
    }
  }
  await server.close()
  return { requests: wanted, faults, statuses }
}

function toRequest({ operation, params, query, headers: sent, body }: HostileRequest, operations: readonly Operation[]): Request {
  const { method, path } = operations[operation] ?? { method: 'GET', path: '/' }
  let next = 0
  const place = path.replaceAll(/\{\w+\}/g, () => encode(params[next++] ?? ''))
  const search = query.map(([name, value]) => `${name}=${encode(value)}`).join('&')
  const hasBody = method !== 'GET'
  const init = { method, headers: { ...(hasBody && { 'content-type': 'application/json' }), ...sent }, ...(hasBody && { body }) }
  return new Request(`http://localhost${place}${search === '' ? '' : `?${search}`}`, init)
}

/** Some things are sent as they are. */
function encode(text: string): string {
  return text.startsWith('%') ? text : encodeURIComponent(text.toWellFormed())
}
