import { once } from 'node:events'
import { createServer, type Server, Socket } from 'node:net'
import { Stream } from './stream.ts'

/** Which way bytes go: `up` are requests, `down` are answers. */
export type Direction = 'up' | 'down'

/** How long bytes are kept back: `least` milliseconds and up to `more` beyond that, drawn anew for each piece. */
export interface Delay {
  readonly least: number
  readonly more: number
}

/** Where a proxy stands, and what it draws from. */
export interface ProxyOptions {
  /** The port behind it, on 127.0.0.1. */
  readonly target: number
  readonly random: (limit: number) => number
}

/**
 * A network that does what it is told to: it stands on 127.0.0.1 before a server and passes bytes on, late, in part, in one
 * direction alone, or not at all. It knows nothing of what it carries.
 */
export class TcpProxy {
  readonly port: number
  readonly #target: number
  readonly #random: (limit: number) => number
  readonly #pairs = new Set<Pair>()
  readonly #frozen = new Set<Direction>()
  #server: Server | undefined
  #delay: Delay | undefined
  #answersToLose = 0
  /** Answers it has kept from those they were for. */
  answersLost = 0

  private constructor({ target, random }: ProxyOptions, server: Server, port: number) {
    this.#target = target
    this.#random = random
    this.#server = server
    this.port = port
    server.on('connection', (socket) => this.#connect(socket))
  }

  static async start(options: ProxyOptions): Promise<TcpProxy> {
    const server = await listening(0)
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('The proxy was given no port')
    return new TcpProxy(options, server, address.port)
  }

  /** Connections there are. */
  get connections(): number {
    return this.#pairs.size
  }

  /** Ends every connection at once, with what is under way in it. */
  cut(): void {
    for (const pair of this.#pairs) pair.destroy()
  }

  /** Ends every connection and takes no new ones, until `accept`. */
  async refuse(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = once(server, 'close')
    server.close()
    this.cut()
    await closed
  }

  async accept(): Promise<void> {
    if (this.#server !== undefined) return
    this.#server = await listening(this.port)
    this.#server.on('connection', (socket) => this.#connect(socket))
  }

  /** Keeps back what comes from now on; undefined no longer. The order stays. */
  delay(delay: Delay | undefined): void {
    this.#delay = delay
  }

  /** Passes nothing on in a direction until `thaw`; what has come until then goes on its way. */
  freeze(direction: Direction): void {
    this.#frozen.add(direction)
    for (const pair of this.#pairs) pair[direction].freeze()
  }

  thaw(): void {
    this.#frozen.clear()
    for (const { up, down } of this.#pairs) for (const stream of [up, down]) stream.thaw()
  }

  /** Passes the next request on and ends its connection when the answer comes: it was done, and nobody is told. */
  loseAnswers(count: number): void {
    this.#answersToLose = count
  }

  /** Everything as it should be again. */
  async heal(): Promise<void> {
    this.delay(undefined)
    this.loseAnswers(0)
    this.thaw()
    await this.accept()
  }

  async close(): Promise<void> {
    await this.refuse()
  }

  #connect(near: Socket): void {
    const far = new Socket({ allowHalfOpen: true }).connect(this.#target, '127.0.0.1')
    const wait = (): number => (this.#delay === undefined ? 0 : this.#delay.least + this.#random(this.#delay.more + 1))
    let isDoomed = false
    const pair: Pair = {
      up: new Stream(near, far, wait, () => {
        isDoomed ||= this.#answersToLose > 0 && this.#answersToLose-- > 0
        return true
      }),
      down: new Stream(far, near, wait, () => {
        if (!isDoomed) return true
        this.answersLost++
        pair.destroy()
        return false
      }),
      destroy: () => {
        for (const socket of [near, far]) socket.destroy()
      },
    }
    for (const direction of this.#frozen) pair[direction].freeze()
    this.#pairs.add(pair)
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      socket.on('error', pair.destroy)
      socket.on('close', () => {
        pair.destroy()
        this.#pairs.delete(pair)
      })
    }
  }
}

interface Pair {
  readonly up: Stream
  readonly down: Stream
  destroy(): void
}

async function listening(port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
