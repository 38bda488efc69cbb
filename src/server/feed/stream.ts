import { heartbeat } from './frames.ts'
import type { Subscriptions } from './subscriptions.ts'

/** What a feed is made of: of changes, or of whatever else is told one after the other. */
export interface FeedOptions<Item> {
  readonly subscriptions: Subscriptions
  /** Told before anything else. */
  readonly first: readonly Uint8Array[]
  /** Returning must end it even while the next one is waited for. */
  readonly items: AsyncIterableIterator<Item>
  readonly frameOf: (item: Item) => Promise<Uint8Array | undefined>
  /** Told when all has been told. */
  readonly last?: Uint8Array
  /** Bytes that may wait for the reader. */
  readonly bufferBytes: number
  /** A reader that takes nothing for so long is cut off. */
  readonly slowReaderMs: number
}

const HEARTBEAT_MS = 15_000

/** A feed as bytes. What a slow reader does not take is not fetched; one that takes nothing is ended and may come back. */
export function feedStream<Item>(options: FeedOptions<Item>): ReadableStream<Uint8Array> {
  const feed = new OpenFeed(options)
  return new ReadableStream<Uint8Array>(feed, new ByteLengthQueuingStrategy({ highWaterMark: options.bufferBytes }))
}

class OpenFeed<Item> {
  readonly #options: FeedOptions<Item>
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #drained: PromiseWithResolvers<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #ended = false
  readonly #end = (): void => this.#finish()

  constructor(options: FeedOptions<Item>) {
    this.#options = options
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller
    this.#options.subscriptions.add(this.#end)
    for (const chunk of this.#options.first) controller.enqueue(chunk)
    this.#timer = setInterval(() => this.#beat(), HEARTBEAT_MS)
    this.#timer.unref()
    void this.#run(controller)
  }

  /** The reader wants more. */
  pull(): void {
    this.#drained?.resolve()
    this.#drained = undefined
  }

  cancel(): void {
    this.#finish()
  }

  async #run(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const { items, frameOf, last } = this.#options
    try {
      for await (const item of items) {
        const chunk = await frameOf(item)
        if (this.#ended) return
        if (chunk !== undefined) controller.enqueue(chunk)
        if ((controller.desiredSize ?? 0) <= 0) await this.#room()
      }
      if (last !== undefined && !this.#ended) controller.enqueue(last)
    } catch {
      // The reader comes back with its cursor, and is told then what is wrong.
    } finally {
      this.#finish()
    }
  }

  /** Resolves when the reader has taken something, or has been given up. */
  async #room(): Promise<void> {
    this.#drained ??= Promise.withResolvers()
    const giveUp = setTimeout(() => this.#finish(), this.#options.slowReaderMs)
    await this.#drained.promise
    clearTimeout(giveUp)
  }

  #beat(): void {
    if ((this.#controller?.desiredSize ?? 0) > 0) this.#controller?.enqueue(heartbeat)
  }

  #finish(): void {
    if (this.#ended) return
    this.#ended = true
    clearInterval(this.#timer)
    this.#options.subscriptions.delete(this.#end)
    this.#drained?.resolve()
    void this.#options.items.return?.()
    try {
      this.#controller?.close()
    } catch {
      // Its reader was quicker.
    }
  }
}
