import { type RouteConfig, z } from '@hono/zod-openapi'
import { HoldfastError, type Issue } from '../core/index.ts'
import { readBody } from './body.ts'
import { Call } from './call.ts'
import { asReused, readKey } from './conditions.ts'
import type { Services } from './services.ts'
import { problems } from './shapes.ts'

type Shape = z.ZodObject

/** What an endpoint answers with when all is well. */
export interface Answer {
  readonly status: 200 | 201 | 204
  readonly description: string
  readonly schema?: z.ZodType
  /** Default `application/json`. */
  readonly type?: string | readonly string[]
}

/** One method of one path: what it takes, gives and does. The OpenAPI document is made of this. */
export interface EndpointOptions<Params extends Shape, Query extends Shape, Body extends z.ZodType> {
  readonly method: 'get' | 'put' | 'patch' | 'post' | 'delete'
  /** With parameters in braces, e.g. `/v1/sessions/{id}`. */
  readonly path: string
  /** `operationId`. */
  readonly name: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params: Params
  readonly query: Query
  /** Absent where there is none; `optional()` where it may be left out. */
  readonly body?: Body
  /** Writes take an Idempotency-Key; those to something that exists need If-Match. */
  readonly needs?: 'if-match' | 'if-none-match'
  readonly answer: Answer
  handle(call: Call<z.output<Params>, z.output<Query>, z.output<Body>>): Promise<Response> | Response
}

/** An endpoint ready to be put in place. */
export interface Endpoint {
  readonly method: string
  readonly path: string
  readonly route: RouteConfig
  run(request: Request, params: Readonly<Record<string, string>>, services: Services): Promise<Response>
}

/** No parameters. */
export const none = z.object({})

export function endpoint<Params extends Shape, Query extends Shape, Body extends z.ZodType = z.ZodUndefined>(
  options: EndpointOptions<Params, Query, Body>,
): Endpoint {
  const { method, path, body } = options
  return {
    method,
    path,
    route: routeOf(options),
    async run(request, rawParams, services) {
      const isWrite = method !== 'get'
      const { text, json } = isWrite ? await readBody(request, services.limits) : { text: '', json: undefined }
      const params = parsed(options.params, rawParams, 'path')
      const query = parsed(options.query, queryOf(request.url, options.query), 'query')
      const content = body === undefined ? refuseBody(json) : parsed(body, json, 'body')
      const key = isWrite ? readKey(request.headers) : undefined
      const call = new Call(services, request, { params, query, body: content as z.output<Body>, text, key })
      try {
        return await options.handle(call)
      } catch (error) {
        throw key === undefined ? error : asReused(error)
      }
    },
  }
}

function refuseBody(json: unknown): undefined {
  if (json !== undefined) throw new HoldfastError('invalid', 'Expected no body here, got one', { path: 'body' })
}

/** Values by name; lists only where the schema has one. @throws invalid for one value given twice */
function queryOf(url: string, shape: Shape): Record<string, unknown> {
  const start = url.indexOf('?')
  if (start === -1) return {}
  const search = new URLSearchParams(url.slice(start))
  const found: Record<string, unknown> = {}
  for (const [name, schema] of Object.entries(shape.shape)) {
    const values = search.getAll(name)
    if (values.length === 0) continue
    const isList = schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodArray
    if (values.length > 1 && !isList)
      throw new HoldfastError('invalid', `Expected ${name} once, got it ${values.length} times`, { path: name })
    found[name] = isList ? values : values[0]
  }
  return found
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, where: string): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues: Issue[] = result.error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ path: path.map(String).join('.') || where, message }))
  const [first] = issues
  const path = first?.path ?? where
  throw new HoldfastError('invalid', `The ${where} does not fit: ${path}: ${first?.message ?? ''}`, { path, issues })
}

function routeOf(options: EndpointOptions<Shape, Shape, z.ZodType>): RouteConfig {
  const { method, path, name, tag, summary, description, params, query, body, needs, answer } = options
  const headers =
    method === 'get'
      ? undefined
      : z.object({ ...(needs && { [needs]: conditionHeaders[needs] }), 'idempotency-key': idempotencyHeader })
  const { schema, type = 'application/json' } = answer
  const content = schema && Object.fromEntries([type].flat().map((each) => [each, { schema }]))
  return {
    method,
    path,
    operationId: name,
    tags: [tag],
    summary,
    description: description ?? `${summary}.`,
    request: {
      ...(Object.keys(params.shape).length > 0 && { params }),
      ...(Object.keys(query.shape).length > 0 && { query }),
      ...(headers && { headers }),
      ...(body && { body: { content: { 'application/json': { schema: body } }, required: !body.safeParse(undefined).success } }),
    },
    responses: {
      [answer.status]: { description: answer.description, ...(content && { content }) },
      ...problems,
    },
  }
}

const conditionHeaders = {
  'if-match': z.string().openapi({ description: 'The revision that was read, such as `"7"`, or `*` for any.', example: '"7"' }),
  'if-none-match': z.string().optional().openapi({ description: '`*`: only if there is nothing yet.', example: '*' }),
}

const idempotencyHeader = z.string().max(255).optional().openapi({
  description: 'Names this request: sent again, it is answered the same and does nothing twice. Kept 24 hours.',
  example: '4f6c2c1e',
})
