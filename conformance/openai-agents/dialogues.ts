import { Agent, type OutputGuardrail, OutputGuardrailTripwireTriggered, RunState, type Session, tool } from '@openai/agents-core'
import { assistantMessage, functionCall, ScriptedModel, type ScriptedModelInput } from '@openai/agents-core/testing'
import { z } from 'zod'
import { asksFor, refunding, runner } from '../../src/adapters/openai-agents/refunds.testing.ts'

/** A dialogue led by the Runner with a history; gives what the model was asked. */
type Dialogue = (session: Session) => Promise<readonly unknown[]>

const says = (text: string): ScriptedModelInput => [assistantMessage(text)]

/** Dialogues by name. */
export const dialogues: Readonly<Record<string, Dialogue>> = {
  turns: async (session) => {
    const { agent, model } = refunding(() => '', says('Hello.'), says('Still here.'), says('Yes.'))
    for (const text of ['Hi', 'Are you there?']) await runner.run(agent, text, { session })
    const streamed = await runner.run(agent, 'Really?', { session, stream: true })
    for await (const _ of streamed) await streamed.completed
    return heard(model)
  },

  approvals: async (session) => {
    const { agent, model } = refunding(
      (order) => `receipt of ${order}`,
      asksFor('A', 'B'),
      says('A is paid, B is not.'),
      says('Bye.'),
    )
    const { state } = await runner.run(agent, 'Refund A and B', { session })
    const loaded = await RunState.fromString(agent, state.toString())
    const [first, second] = loaded.getInterruptions()
    if (first === undefined || second === undefined) throw new Error('Two approvals were to be asked for')
    loaded.approve(first)
    loaded.reject(second)
    await runner.run(agent, loaded, { session })
    await runner.run(agent, 'Thanks', { session })
    return heard(model)
  },

  guardrail: async (session) => {
    const model = new ScriptedModel([
      [functionCall('look', {}, { callId: 'call_look' })],
      says('A secret.'),
      says('Something else.'),
    ])
    const agent = new Agent({ name: 'careful', model, tools: [look], outputGuardrails: [noSecrets] })
    const refused = await runner.run(agent, 'Tell me', { session }).catch((error: unknown) => error)
    if (!(refused instanceof OutputGuardrailTripwireTriggered)) throw new Error('The guardrail was to trip')
    await runner.run(agent, 'Then something else', { session })
    return heard(model)
  },
}

const look = tool({ name: 'look', description: 'Look', parameters: z.object({}), execute: async () => 'seen' })

const noSecrets: OutputGuardrail = {
  name: 'no secrets',
  execute: async ({ agentOutput }) => ({ outputInfo: null, tripwireTriggered: String(agentOutput).includes('secret') }),
}

function heard({ calls }: ScriptedModel): readonly unknown[] {
  return calls.map(({ request }) => request.input)
}
