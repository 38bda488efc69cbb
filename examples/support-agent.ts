// A support agent that keeps everything it must not forget in a session. Its model is a script, so that it needs no network; its
// tools, its state and its way of going on after a crash are what a real one would have. `demo.ts` starts it and kills it.
import { appendFileSync, writeSync } from 'node:fs'
import { type AgentSession, type Change, defineSession, type EffectHandlers, type Holdfast, open, type Variables } from 'holdfast'

/** What the agent knows of a ticket. */
interface Ticket {
  /** The next line of the script. */
  step: number
  order: { number: string; item: string; price: number } | null
  refund: { reference: string; amount: number } | null
  /** The tool that was called and has not answered. */
  waitingFor: string | null
  /** What the customer pays with: never shown. */
  card: string
  solved: boolean
}

/** One line of the demo's protocol between the agent and whoever started it. */
export interface Report {
  readonly revision: number
  readonly who: string
  readonly text: string
}

export const ticketId = 'demo/order-1042'

const start: Ticket = { step: 0, order: null, refund: null, waitingFor: null, card: 'tok_4242_ann', solved: false }

const Support = defineSession('support', { secret: ['card'], terms: { order: 'order.number', solved: 'solved' } })

/** What happens next: somebody says something, or a tool is called. */
type Line =
  | { readonly who: 'customer' | 'agent'; readonly text: string; readonly solved?: boolean }
  | { readonly who: 'tool'; readonly tool: 'find_order' | 'refund'; readonly arguments: Readonly<Record<string, unknown>> }

const script: readonly Line[] = [
  { who: 'customer', text: 'Hi, the grinder from order 1042 arrived broken. I would like my money back.' },
  { who: 'tool', tool: 'find_order', arguments: { number: '1042' } },
  { who: 'agent', text: 'I am sorry to hear that. Shall I refund the 89 euros to the card you paid with?' },
  { who: 'customer', text: 'Yes, please.' },
  { who: 'tool', tool: 'refund', arguments: { order: '1042', amount: 89 } },
  { who: 'agent', text: 'Done: the 89 euros are on their way. Is there anything else I can do?' },
  { who: 'customer', text: 'No, thank you. That was quick.' },
  { who: 'agent', text: 'Glad to hear it. Have a good day!', solved: true },
]

/** Works on a ticket from where it stands, in whatever process. */
class SupportAgent {
  readonly #ticket: AgentSession<Variables & Ticket>
  readonly #dieAfter: string
  readonly #pause: number

  constructor(hf: Holdfast, dieAfter: string, pause: number) {
    this.#ticket = hf.session(Support, ticketId, { user: 'ann' }) as AgentSession<Variables & Ticket>
    this.#dieAfter = dieAfter
    this.#pause = pause
  }

  async work(): Promise<void> {
    const changes = this.#ticket.watch()
    const { step: next = 0, waitingFor = null } = (await this.#ticket.get()) as Partial<Ticket>
    if (next > 0) await this.#sendAgain(next - 1)
    if (waitingFor !== null) await this.#result(changes, waitingFor)
    for (let step = next; step < script.length; step++) {
      await this.#play(step, script[step] as Line)
      if (this.#pause > 0) await new Promise((resolve) => setTimeout(resolve, this.#pause))
    }
  }

  /** Nobody told the agent whether its last step arrived, so it sends it again under the same key. */
  async #sendAgain(step: number): Promise<void> {
    const revision = await this.#send(step, script[step] as Line)
    report(revision, 'store', `step ${step + 1} was sent again under the same key: it is revision ${revision} already`)
  }

  async #play(step: number, line: Line): Promise<void> {
    const changes = this.#ticket.watch()
    const revision = await this.#send(step, line)
    if (line.who !== 'tool') return report(revision, line.who, line.text)
    report(revision, 'agent', `calls ${line.tool} ${JSON.stringify(line.arguments)}`)
    await this.#result(changes, line.tool)
    // No goodbye and no clean-up: this is what running out of memory or losing the machine is like.
    if (line.tool === this.#dieAfter) process.kill(process.pid, 'SIGKILL')
  }

  /**
   * One step is one commit: what was said, what follows from it, and where the script stands. The wish to call a tool is part
   * of it; the call happens once that is durable. Returns the revision.
   */
  #send(step: number, line: Line): Promise<number> {
    const key = `${ticketId}/step-${step + 1}`
    const { who, ...data } = line
    return this.#ticket.update(
      (ticket, tx) => {
        if (step === 0) Object.assign(ticket, start)
        if (line.who === 'tool') tx.entity.effect(line.tool, line.arguments, { id: key })
        ticket.waitingFor = line.who === 'tool' ? line.tool : null
        if (line.who === 'agent' && line.solved) ticket.solved = true
        ticket.step = step + 1
        return tx.revision + 1
      },
      { key, event: { name: who === 'tool' ? 'tool.call' : `message.${who}`, data } },
    ) as Promise<number>
  }

  /** Waits until the result of a tool is durable. */
  async #result(changes: AsyncGenerator<Change>, tool: string): Promise<void> {
    for await (const { event, revision } of changes) {
      if (event?.name === 'tool.result') return report(revision, 'tool', `${tool} answers ${JSON.stringify(event.data)}`)
    }
  }
}

/** The outside world. The bank writes a line for every refund it makes. */
function tools(bankBook: string): EffectHandlers {
  return {
    find_order: { done: remember, run: () => ({ number: '1042', item: 'coffee grinder', price: 89 }) },
    refund: {
      done: remember,
      run(_, { key }) {
        appendFileSync(bankBook, `refund of 89 euros to ann (${key})\n`)
        return { reference: 'R-20417', amount: 89 }
      },
    },
  }
}

/** The result becomes part of the ticket in the same commit that says the tool has been called. */
const remember: NonNullable<EffectHandlers[string]['done']> = (_, entity, effect) => {
  const ticket = entity.draft<Ticket>()
  ticket.waitingFor = null
  if (effect.ok && isOrder(effect.value)) ticket.order = effect.value
  if (effect.ok && isRefund(effect.value)) ticket.refund = effect.value
  entity.event('tool.result', effect.ok ? effect.value : { error: String(effect.error) })
}

function isOrder(value: unknown): value is NonNullable<Ticket['order']> {
  return typeof value === 'object' && value !== null && 'item' in value
}

function isRefund(value: unknown): value is NonNullable<Ticket['refund']> {
  return typeof value === 'object' && value !== null && 'reference' in value
}

/** Written at once: a process that is killed flushes nothing. */
function report(revision: number, who: string, text: string): void {
  writeSync(1, `${JSON.stringify({ revision, who, text } satisfies Report)}\n`)
}

if (import.meta.main) {
  const [url = '', bankBook = '', dieAfter = '', pause = '0'] = process.argv.slice(2)
  await using hf = await open(url, { effects: tools(bankBook) })
  await new SupportAgent(hf, dieAfter, Number(pause)).work()
}
