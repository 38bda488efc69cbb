import { OpenAPIHono } from '@hono/zod-openapi'
import type { Endpoint } from './endpoint.ts'
import { Refusal } from './refusal.ts'
import type { Services } from './services.ts'

/** Every path of the API in a router. What fits none is handed to `otherwise`. */
export function createApp(
  services: Services,
  endpoints: readonly Endpoint[],
  otherwise: (request: Request, path: string) => Response,
) {
  const app = new OpenAPIHono()
  for (const one of endpoints) {
    app.openAPIRegistry.registerPath(one.route)
    app.on(one.method.toUpperCase(), services.basePath + one.path.replaceAll(/\{(\w+)\}/g, ':$1'), (c) =>
      one.run(c.req.raw, c.req.param(), services),
    )
  }
  const places = endpoints.map(({ method, path }) => ({
    method: method.toUpperCase(),
    pattern: patternOf(services.basePath + path),
  }))
  app.notFound((c) => {
    const allowed = places.filter(({ pattern }) => pattern.test(c.req.path)).map(({ method }) => method)
    if (allowed.length > 0) throw notAllowed(c.req.method, allowed)
    const path = c.req.path.slice(services.basePath.length)
    const isPage =
      c.req.path.startsWith(services.basePath) &&
      !/^\/v1(?:\/|$)/.test(path) &&
      (c.req.method === 'GET' || c.req.method === 'HEAD')
    if (isPage) return otherwise(c.req.raw, path === '' ? '/' : path)
    throw new Refusal(
      404,
      'not_found',
      `There is nothing at ${c.req.method} ${c.req.path.slice(0, 200)}; /docs lists what there is`,
      { path },
    )
  })
  app.onError((error) => {
    throw error
  })
  return app
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

function notAllowed(method: string, allowed: readonly string[]): Refusal<'invalid'> {
  const message = `Expected ${allowed.join(', ')} here, got ${method}`
  return new Refusal(405, 'invalid', message, { path: 'method' }, { allow: allowed.join(', ') })
}

/** The OpenAPI 3.1 document of an app. */
export function documentOf(app: OpenAPIHono, version: string, basePath: string): object {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version,
      description: 'The state of AI agents, kept: sessions, their whole history, effects, and one feed of every change.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      contact: { name: 'Holdfast', url: 'https://holdfast.dev' },
    },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    tags: TAGS,
  })
}

const TAGS = [
  { name: 'sessions', description: 'Sessions: variables that survive.' },
  { name: 'variables', description: 'One variable at a time.' },
  { name: 'history', description: 'What was, and when.' },
  { name: 'conversations', description: 'What was said in a session, turn by turn, with every branch.' },
  { name: 'machines', description: 'Statecharts that outlive the process: what may happen, and what an agent may do meanwhile.' },
  { name: 'entities', description: 'Everything that is kept, whatever its kind.' },
  { name: 'effects', description: 'Promises to the outside: what waits, runs, has failed.' },
  { name: 'runs', description: 'Runs of tasks: code whose steps are recorded, what it waits for, and what it streams.' },
  { name: 'approvals', description: 'What the runs of tasks have asked a person, and the decisions.' },
  { name: 'feed', description: 'Every change as it happens.' },
  { name: 'operation', description: 'Health, measurements, this document.' },
]
