import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { always, html } from './answer.ts'
import { hashOf } from './docs-page.ts'
import { Refusal } from './refusal.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=UTF-8',
  '.js': 'text/javascript; charset=UTF-8',
  '.css': 'text/css; charset=UTF-8',
  '.json': 'application/json; charset=UTF-8',
  '.webmanifest': 'application/manifest+json; charset=UTF-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=UTF-8',
}

/** Only what comes from here is loaded, run or spoken to. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** A name with a hash of its content in it, as bundlers make them. */
const HASHED = /[-.][A-Za-z0-9_-]{8,}\.\w+$/
const SMALLEST_GZIP = 1024

interface File {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer> | undefined
  readonly type: string
  readonly caching: string
}

/** The console's built files, in memory: only names that were there when they were read can be asked for. */
export class ConsoleFiles {
  readonly #folders: readonly string[]
  #files: ReadonlyMap<string, File> | undefined

  /** The first folder with an index.html is taken, as soon as there is one. */
  constructor(folders: readonly string[]) {
    this.#folders = folders
  }

  /** A file, or the page that shows every place of the console. @throws not_found */
  answer(request: Request, path: string): Response {
    const files = this.#read()
    const wantsPage = (request.headers.get('accept') ?? '').includes('text/html')
    const file = files?.get(path) ?? (wantsPage || path === '/' ? files?.get('/index.html') : undefined)
    if (file !== undefined) return fileAnswer(file, request)
    if (files === undefined && (wantsPage || path === '/')) return absent()
    throw new Refusal(404, 'not_found', `There is nothing at ${path}; /docs lists what there is`, { path })
  }

  #read(): ReadonlyMap<string, File> | undefined {
    const folder = this.#files === undefined ? this.#folders.find((one) => existsSync(join(one, 'index.html'))) : undefined
    if (folder !== undefined) this.#files = readFolder(folder)
    return this.#files
  }
}

function readFolder(folder: string): ReadonlyMap<string, File> {
  const files = new Map<string, File>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const name = path.slice(folder.length).replaceAll('\\', '/')
    const type = types[extname(name)]
    if (type !== undefined) files.set(name.startsWith('/') ? name : `/${name}`, fileOf(name, type, readFileSync(path)))
  }
  return files
}

function fileOf(name: string, type: string, content: Buffer): File {
  const bytes = new Uint8Array(content)
  const isText = /^text\/|json|svg/.test(type)
  const gzip = isText && bytes.byteLength >= SMALLEST_GZIP ? new Uint8Array(gzipSync(content)) : undefined
  const isImmutable = !name.endsWith('.html') && HASHED.test(name)
  return { bytes, gzip, type, caching: isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache' }
}

function fileAnswer({ bytes, gzip, type, caching }: File, request: Request): Response {
  const packed = gzip !== undefined && /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '') ? gzip : undefined
  const headers = {
    ...always,
    'content-type': type,
    'cache-control': caching,
    vary: 'accept, accept-encoding',
    'referrer-policy': 'no-referrer',
    'content-security-policy': POLICY,
    ...(packed && { 'content-encoding': 'gzip' }),
  }
  return new Response(packed ?? bytes, { headers })
}

const STYLE =
  'body { font: 16px/1.6 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1rem; color-scheme: light dark }'

function absent(): Response {
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Holdfast</title><style>${STYLE}</style></head><body><main>
<h1>Holdfast is running</h1>
<p>The console has not been built here. In a clone of the repository, build it and load this page again:</p>
<pre><code>npm ci
npm run build:console</code></pre>
<p>Everything it would show is there without it: <a href="/docs">the API</a>, <a href="/v1/overview">the overview</a>,
<a href="/v1/sessions">the sessions</a>.</p></main></body></html>`
  return html(200, body, `default-src 'none'; style-src 'sha256-${hashOf(STYLE)}'; base-uri 'none'; frame-ancestors 'none'`)
}
