import type { Json } from './json.ts'
import { Problem, problemFrom } from './problem.ts'

interface Options {
  readonly method?: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE'
  readonly body?: Json
  readonly ifMatch?: number
  readonly ifNoneMatch?: '*'
  readonly signal?: AbortSignal
}

/** Asks the server. `T` is the shape the HTTP contract gives for the path. Throws a `Problem`. */
export async function request<T>(path: string, options: Options = {}): Promise<T> {
  const method = options.method ?? 'GET'
  const headers: Record<string, string> = { accept: 'application/json' }
  if (options.body !== undefined) headers['content-type'] = 'application/json'
  if (options.ifMatch !== undefined) headers['if-match'] = `"${options.ifMatch}"`
  if (options.ifNoneMatch) headers['if-none-match'] = options.ifNoneMatch
  if (method !== 'GET') headers['idempotency-key'] = crypto.randomUUID()
  const response = await answer(path, {
    method,
    headers,
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    ...(options.signal && { signal: options.signal }),
  })
  const text = await response.text()
  const body = parse(text)
  if (!response.ok) throw problemFrom(response.status, body, response.headers.get('retry-after'))
  return body as T
}

/** `?a=1&b=2` of what is given; nothing for what is empty. */
export function query(fields: Readonly<Record<string, string | number | null | undefined>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

async function answer(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Problem({
      status: 0,
      code: 'unreachable',
      title: 'The server does not answer',
      detail: `No answer from ${location.host}.`,
    })
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    return null
  }
}
