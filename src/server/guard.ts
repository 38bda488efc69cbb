import { Refusal } from './refusal.ts'

const loopback = ['localhost', '127.0.0.1', '[::1]']
const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Lets only requests in that were meant for this server: a page elsewhere may point a name of its own at this address (DNS
 * rebinding), or send a form here (cross-site request forgery).
 * @throws forbidden
 */
export class Guard {
  readonly #hosts: ReadonlySet<string>

  /** Names besides those of the loopback under which the server may be asked. */
  constructor(hosts: readonly string[]) {
    this.#hosts = new Set([...loopback, ...hosts.map((host) => host.toLowerCase())])
  }

  check(request: Request): void {
    const host = request.headers.get('host') ?? new URL(request.url).host
    if (!this.#hosts.has(nameOf(host)))
      throw refused(`Expected a request to ${[...this.#hosts].join(', ')}, got one to ${shorten(host)}`)
    if (reading.has(request.method)) return
    const origin = request.headers.get('origin')
    if (origin !== null && !isSame(origin, host))
      throw refused(`Expected a write from this server's own pages, got one from ${shorten(origin)}`)
    const site = request.headers.get('sec-fetch-site')
    if (site === 'cross-site' || site === 'same-site')
      throw refused('Expected a write from this server, got one from another site')
  }
}

function nameOf(host: string): string {
  return host.replace(/:\d*$/, '').toLowerCase()
}

function isSame(origin: string, host: string): boolean {
  return URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol) && new URL(origin).host === host.toLowerCase()
}

function refused(message: string): Refusal<'forbidden'> {
  return new Refusal(403, 'forbidden', message, { action: 'connect' })
}

function shorten(text: string): string {
  return JSON.stringify(text.slice(0, 100))
}
