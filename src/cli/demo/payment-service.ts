import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { HoldfastError } from '../../index.ts'
import type { Payment } from './payments.ts'

/** A request that has come. */
export interface PaymentRequest extends Payment {
  /** Idempotency key. */
  readonly key: string
  /** From 1. */
  readonly number: number
  /** False when it was paid under this key before. */
  readonly isNew: boolean
}

/** No payment is longer. */
const MOST_CHARACTERS = 10_000

/** A payment service as there are many: what comes under one idempotency key is paid once. It counts, and may leave a request unanswered. */
export class PaymentService extends EventEmitter<{ request: [PaymentRequest] }> {
  readonly #server: Server
  readonly #paid = new Map<string, string>()
  readonly #requests: PaymentRequest[] = []
  readonly #unanswered = new Map<string, (request: PaymentRequest) => void>()

  private constructor() {
    super()
    this.#server = createServer(async (request, response) => {
      try {
        const answer = this.#take(String(request.headers['idempotency-key']), await paymentIn(request))
        if (answer !== undefined) response.end(answer)
      } catch (error) {
        response.writeHead(400).end(error instanceof Error ? error.message : String(error))
      }
    })
  }

  /** Listens on 127.0.0.1, on any free port. */
  static async start(): Promise<PaymentService> {
    const service = new PaymentService()
    service.#server.listen(0, '127.0.0.1')
    await once(service.#server, 'listening')
    return service
  }

  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`
  }

  /** The requests that came under keys that begin so. */
  requests(prefix: string): readonly PaymentRequest[] {
    return this.#requests.filter(({ key }) => key.startsWith(prefix))
  }

  /** What the next request under a key that begins so asks for is paid, and never answered. Resolves when it has come. */
  unanswered(prefix: string): Promise<PaymentRequest> {
    return new Promise((resolve) => this.#unanswered.set(prefix, resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  /** The receipt; undefined when there is to be no answer. */
  #take(key: string, payment: Payment): string | undefined {
    const isNew = !this.#paid.has(key)
    if (isNew) this.#paid.set(key, `receipt-${this.#paid.size + 1}`)
    const request = { ...payment, key, isNew, number: this.#requests.length + 1 }
    this.#requests.push(request)
    this.emit('request', request)
    const prefix = [...this.#unanswered.keys()].find((each) => key.startsWith(each))
    if (prefix === undefined) return this.#paid.get(key)
    this.#unanswered.get(prefix)?.(request)
    this.#unanswered.delete(prefix)
    return undefined
  }
}

async function paymentIn(request: IncomingMessage): Promise<Payment> {
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > MOST_CHARACTERS)
      throw new HoldfastError('invalid', `Expected a payment of at most ${MOST_CHARACTERS} characters`, {})
  }
  const { order, amount }: Partial<Payment> = JSON.parse(text)
  if (typeof order === 'string' && typeof amount === 'number') return { order, amount }
  throw new HoldfastError('invalid', 'Expected { order, amount }: a string and a number', {})
}
