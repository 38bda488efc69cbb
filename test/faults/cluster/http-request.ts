import { type OutgoingHttpHeaders, request } from 'node:http'

/** A request to a port of this machine. */
export interface HttpRequest {
  readonly port: number
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH'
  readonly path: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: unknown
}

/** A whole answer, a connection that could not be made, or anything else: then nobody knows what became of it. */
export type Sent =
  | { readonly status: number; readonly body: unknown }
  | { readonly unsent: string }
  | { readonly unknown: string }

/** Sends a request once, on a connection of its own. */
export function send({ port, method, path, headers = {}, body }: HttpRequest, deadline: number): Promise<Sent> {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const all = {
    ...headers,
    ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  }
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers: all, agent: false }, (answer) => {
      let got = ''
      answer.setEncoding('utf8')
      answer.on('data', (piece: string) => {
        got += piece
      })
      answer.on('error', (error) => resolve({ unknown: error.message }))
      answer.on('end', () => resolve(read(answer.complete, answer.statusCode ?? 0, got)))
    })
    const timer = setTimeout(() => asked.destroy(new Error('no answer in time')), deadline)
    asked.on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'ECONNREFUSED' ? { unsent: error.message } : { unknown: error.message }),
    )
    asked.on('close', () => {
      clearTimeout(timer)
      resolve({ unknown: 'the connection ended before its answer' })
    })
    asked.end(text)
  })
}

function read(isComplete: boolean, status: number, text: string): Sent {
  try {
    return isComplete ? { status, body: text === '' ? null : (JSON.parse(text) as unknown) } : { unknown: 'half an answer' }
  } catch {
    return { unknown: 'an answer that is no JSON' }
  }
}
