import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

/** Pays money back. */
export interface Payments {
  /** The same key is the same payment. Returns its receipt. */
  refund(order: string, amount: number, options: { readonly key: string; readonly signal: AbortSignal }): Promise<string>
}

/** A payment service that counts: what it was asked for, and what it has paid. */
export class PaymentService {
  readonly #server: Server
  /** By idempotency key. */
  readonly paid = new Map<string, { readonly order: string; readonly amount: number }>()
  requests = 0

  private constructor(server: Server) {
    this.#server = server
  }

  /** Listens on 127.0.0.1. It takes a while to pay, and a request that breaks off has paid all the same. */
  static async start({ takesMs = 20 }: { readonly takesMs?: number } = {}): Promise<PaymentService> {
    const server = createServer((request, response) => {
      const [order = '', amount = ''] = new URL(request.url ?? '', 'http://localhost').pathname.slice(1).split('/')
      const key = String(request.headers['idempotency-key'])
      service.requests++
      if (!service.paid.has(key)) service.paid.set(key, { order, amount: Number(amount) })
      setTimeout(() => response.end(`receipt-${[...service.paid.keys()].indexOf(key) + 1}`), takesMs)
    })
    const service = new PaymentService(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return service
  }

  get url(): string {
    const address = this.#server.address()
    return typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : ''
  }

  async stop(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }
}

/** A client of the service at `url`. */
export function paymentsAt(url: string): Payments {
  return {
    async refund(order, amount, { key, signal }) {
      const response = await fetch(`${url}/${order}/${amount}`, { method: 'POST', headers: { 'idempotency-key': key }, signal })
      if (!response.ok) throw new Error(`The payment service answered ${response.status}`)
      return response.text()
    },
  }
}
