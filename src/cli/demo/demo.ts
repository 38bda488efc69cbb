import { open } from '../../index.ts'
import { createServer, PrometheusMeter } from '../../server/index.ts'
import type { Call } from '../call.ts'
import type { Command, Result } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { interruption } from '../interruption.ts'
import { port, portOf } from '../port.ts'
import { UsageError } from '../usage-error.ts'
import { agentFor } from './model.ts'
import { Narrator } from './narrator.ts'
import { isAsPromised } from './outcome.ts'
import { type PaymentRequest, PaymentService } from './payment-service.ts'
import { paymentsAt } from './payments.ts'
import { type Stage, Story } from './story.ts'
import { opening, summary } from './summary.ts'
import { refundTask } from './task.ts'

const STORE = 'file:./holdfast-demo.db'

export const demo: Command = {
  name: 'demo',
  summary: 'an agent is killed while it pays, and goes on: the whole of it in one call, console included',
  arguments: [],
  store: STORE,
  options: {
    port,
    model: { value: 'PROVIDER/NAME', help: 'a real model, through the AI SDK; default a script, which needs no key' },
    approve: { help: 'approve the refund, as happens by itself where there is no terminal' },
  },
  examples: ['demo', 'demo --approve --port 0', 'demo --model openai/gpt-5-mini'],
  next: `runs list --store ${STORE}`,
  async run(call) {
    if (call.url === 'memory:')
      throw new UsageError(`Expected a store that two processes can open, such as ${STORE}, got memory:`, '--store')
    call.file()
    const model = call.option('model')
    const agent = await agentFor(model, call.io.env)
    await using service = await PaymentService.start()
    const task = refundTask({ agent, payments: paymentsAt(service.url) })
    const meter = new PrometheusMeter()
    await using hf = await open(call.url, { worker: false, tasks: [task], meter })
    const server = createServer(hf, { meter })
    const { url } = await server.listen({ port: portOf(call) })
    try {
      return await perform(
        {
          hf,
          task,
          service,
          model,
          console: url,
          store: call.store,
          isAlone: isAlone(call),
          approves: isAlone(call) || call.flag('approve'),
        },
        call,
      )
    } finally {
      await server.close()
    }
  },
}

/** Whether nobody is there to decide and to look around. */
function isAlone({ io, json }: Call): boolean {
  return json || !io.stdout.isTTY || Boolean(io.env.CI)
}

async function perform(stage: Stage, call: Call): Promise<Result> {
  const { io, json, store, paint } = call
  const narrator = new Narrator(io, { isSilent: json })
  narrator.show(...opening(stage, paint))
  stage.service.on('request', (request) => narrator.tell('payments', requestText(request)))
  const outcome = await new Story(stage, narrator).play(io.signal)
  narrator.show(...summary(outcome, stage, paint))
  if (!stage.isAlone) {
    narrator.show('', 'Look around; Ctrl-C ends it')
    await interruption(io.signal)
  }
  const exit = isAsPromised(outcome) ? exitCodes.ok : exitCodes.failure
  return { data: outcome, text: `\nKept in ${store}: the next demo begins another order`, exit }
}

function requestText({ number, key, order, amount, isNew }: PaymentRequest): string {
  const what = `request ${number}: ${amount} euros for order ${order} under ${key}`
  return isNew ? `${what}: paid` : `${what}: paid before under this key, the same receipt`
}
