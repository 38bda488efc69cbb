import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { root } from '../../../scripts/package.ts'
import type { Answer, Question } from './client.ts'
import { send } from './http-request.ts'
import { Program } from './program.ts'
import { answerOf, requestOf } from './served.ts'
import { TALLY } from './tally-http.ts'
import type { TcpProxy } from './tcp-proxy.ts'

/** A `holdfast serve` of its own, whose clients reach it through a proxy. */
export class ServeNode {
  readonly program: Program
  readonly #port: number
  readonly #proxy: TcpProxy

  constructor(store: string, port: number, proxy: TcpProxy) {
    this.#port = port
    this.#proxy = proxy
    const args = ['serve', '--store', store, '--port', `${port}`, '--json']
    this.program = new Program({ file: join(root, 'bin/holdfast.js'), args })
  }

  /** Resolves once it answers. @throws when it ends before */
  async start(): Promise<void> {
    this.program.start()
    for (;;) {
      const sent = await send({ port: this.#port, method: 'GET', path: '/livez' }, 1000)
      if ('status' in sent && sent.status === 200) return this.program.ready()
      if (!this.program.isRunning) throw new Error(`A server ended at its start: ${this.program.complaints}`)
      await setTimeout(20)
    }
  }

  /** Makes the machine that some questions are about. */
  async define(): Promise<void> {
    const sent = await send({ port: this.#port, method: 'POST', path: '/v1/machines', body: TALLY }, 10_000)
    if (!('status' in sent) || sent.status >= 300) throw new Error(`A machine was not taken: ${JSON.stringify(sent)}`)
  }

  async ask(question: Question, deadline: number): Promise<Answer> {
    return answerOf(question, await send({ ...requestOf(question), port: this.#proxy.port }, deadline))
  }
}
