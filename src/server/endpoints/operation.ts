import { z } from '@hono/zod-openapi'
import type { Holdfast } from '../../holdfast.ts'
import { always, html, json } from '../answer.ts'
import { docsPage } from '../docs-page.ts'
import { endpoint, none } from '../endpoint.ts'
import { metricsText } from '../metrics.ts'
import { Refusal } from '../refusal.ts'

/** A store that takes longer than this to say whether it can be written to is of no use. */
const PROBE_MS = 2000

const ok = z.object({ status: z.literal('ok') }).openapi('Health')

const livez = endpoint({
  method: 'get',
  path: '/livez',
  name: 'livez',
  tag: 'operation',
  summary: 'Whether the process answers',
  params: none,
  query: none,
  answer: { status: 200, description: 'It does.', schema: ok },
  handle: () => json(200, { status: 'ok' }),
})

const readyz = endpoint({
  method: 'get',
  path: '/readyz',
  name: 'readyz',
  tag: 'operation',
  summary: 'Whether this process should be sent requests: the store can be written to, and it is not about to end',
  params: none,
  query: none,
  answer: { status: 200, description: 'It does.', schema: ok },
  async handle({ services, hf }) {
    if (services.isClosing()) throw notReady('The server is closing', 'closed')
    if (hf.presence.isDraining) throw notReady('This process is draining: it ends what it has and takes no more', 'closed')
    await promptly(probe(hf))
    return json(200, { status: 'ok' })
  },
})

/** Whether the store takes commits now. @throws unavailable */
async function probe({ store: { engine } }: Holdfast): Promise<void> {
  if (engine.probe === undefined) await engine.heads()
  else await engine.probe()
}

/** Whoever asks whether to send requests here is not kept waiting by a store that says nothing. @throws unavailable */
async function promptly(work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(notReady(`The store has not answered within ${PROBE_MS} ms`, 'io')), PROBE_MS)
  try {
    await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

function notReady(message: string, reason: 'closed' | 'io'): Refusal<'unavailable'> {
  return new Refusal(503, 'unavailable', message, { reason }, { 'retry-after': '1' })
}

const metrics = endpoint({
  method: 'get',
  path: '/metrics',
  name: 'metrics',
  tag: 'operation',
  summary: 'Measurements for Prometheus',
  params: none,
  query: none,
  answer: { status: 200, description: 'The text format of Prometheus.', schema: z.string(), type: 'text/plain' },
  async handle(call) {
    call.hf.runtime.ports.gate.check({ principal: call.principal, action: 'operate', kind: 'store' })
    return new Response(await metricsText(call), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', ...always },
    })
  },
})

const openapi = endpoint({
  method: 'get',
  path: '/openapi.json',
  name: 'openapi',
  tag: 'operation',
  summary: 'This API as OpenAPI 3.1',
  params: none,
  query: none,
  answer: { status: 200, description: 'The document.', schema: z.object({ openapi: z.string() }).openapi('OpenApi') },
  handle: ({ services }) => json(200, services.document()),
})

const docs = endpoint({
  method: 'get',
  path: '/docs',
  name: 'docs',
  tag: 'operation',
  summary: 'This API as a page to read',
  params: none,
  query: none,
  answer: { status: 200, description: 'The page.', schema: z.string(), type: 'text/html' },
  handle({ services }) {
    const { body, policy } = docsPage(services.document())
    return html(200, body, policy)
  },
})

export const operationEndpoints = [livez, readyz, metrics, openapi, docs]
