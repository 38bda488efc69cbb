import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

/** What a stand-in answers to GET under /v1; undefined is 404, a number is a problem with that status. */
export type Answers = (path: string, search: URLSearchParams) => unknown

/** Answered as server-sent events, numbered from 1, and ended as streams of runs are. */
export class Chunks {
  readonly chunks: readonly unknown[]

  constructor(chunks: readonly unknown[]) {
    this.chunks = chunks
  }
}

const dist = join(import.meta.dirname, '../dist')

const kinds: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'"

/**
 * Stands in for the server where a test needs one state of it that is hard to bring about: nothing, too much, trouble. What the
 * console does with a real server is tested with a real server.
 */
export async function standIn(answers: Answers): Promise<{ readonly url: string; readonly close: () => void }> {
  const server: Server = createServer((request, response) => serve(answers, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

function serve(answers: Answers, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  if (pathname === '/v1/feed') feed(response)
  else if (pathname.startsWith('/v1/')) reply(answers(pathname, searchParams), response)
  else file(pathname, response)
}

function reply(answer: unknown, response: ServerResponse): void {
  if (answer instanceof Chunks) {
    stream(answer, response)
    return
  }
  const status = answer === undefined ? 404 : typeof answer === 'number' ? answer : 200
  const body = status === 200 ? answer : problem(status)
  response.writeHead(status, { 'content-type': status === 200 ? 'application/json' : 'application/problem+json' })
  response.end(JSON.stringify(body))
}

function feed(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write('event: hello\ndata: {"store":"stand-in","version":"0"}\n\n')
}

function stream({ chunks }: Chunks, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  for (const [i, chunk] of chunks.entries()) response.write(`id: ${i + 1}\ndata: ${JSON.stringify(chunk)}\n\n`)
  response.end('data: [DONE]\n\n')
}

function file(path: string, response: ServerResponse): void {
  const asked = join(dist, path)
  const found = existsSync(asked) && statSync(asked).isFile() ? asked : join(dist, 'index.html')
  const kind = kinds[extname(found)] ?? 'application/octet-stream'
  response.writeHead(200, { 'content-type': kind, 'content-security-policy': policy })
  createReadStream(found).pipe(response)
}

function problem(status: number): unknown {
  const [code, title] = status === 404 ? ['not_found', 'Not found'] : ['corrupt', 'The store is damaged']
  return { type: `https://holdfast.dev/errors/${code}`, status, code, title, detail: `The stand-in answers ${status}.` }
}
