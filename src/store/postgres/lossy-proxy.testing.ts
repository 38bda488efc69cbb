import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'

/** Stands between a client and a server, and can lose what the server says. */
export class LossyProxy {
  readonly #server: Server
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  #loses: RegExp | undefined
  /** How many connections it has cut after passing a request on. */
  lost = 0

  private constructor(target: number) {
    this.#target = target
    this.#server = createServer((client) => this.#connect(client))
  }

  static async start(target: number): Promise<LossyProxy> {
    const proxy = new LossyProxy(target)
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' ? (address?.port ?? 0) : 0
  }

  /** The next request that says this reaches the server; its answer goes nowhere, and the connection ends once it has come. */
  loseAnswerTo(request: RegExp): void {
    this.#loses = request
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #connect(client: Socket): void {
    const server = createConnection(this.#target, '127.0.0.1')
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        this.#sockets.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
    let isLost = false
    client.on('data', (chunk: Buffer) => {
      if (this.#loses?.test(chunk.toString('latin1')) === true) {
        this.#loses = undefined
        isLost = true
      }
      server.write(chunk)
    })
    server.on('data', (chunk: Buffer) => {
      if (!isLost) client.write(chunk)
      else {
        this.lost++
        client.destroy()
      }
    })
  }
}
