import type { LanguageModel } from 'ai'
import { UsageError } from '../usage-error.ts'
import type { Agent } from './agent.ts'
import { scriptedAgent } from './scripted-agent.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Where a provider's package looks for its key, when that is not its name and `_API_KEY`. */
const KEYS: Readonly<Record<string, string>> = { google: 'GOOGLE_GENERATIVE_AI_API_KEY' }
/** What the default provider of the AI SDK, which knows the models of all others, looks for. */
const GATEWAY_KEY = 'AI_GATEWAY_API_KEY'

/**
 * The agent with the model of a name, `provider/model`; without one with a script. Nothing is asked of the model yet.
 * @throws UsageError for a name of another form, a package that is not installed, a key that is not set
 */
export async function agentFor(name: string | undefined, env: Environment): Promise<Agent> {
  if (name === undefined) return scriptedAgent
  const [, provider = '', id = ''] = /^([a-z][a-z0-9-]*)\/(\S+)$/.exec(name) ?? []
  if (id === '') throw wrong(`Expected --model to be provider/name, such as openai/gpt-5-mini, got ${JSON.stringify(name)}`)
  if (env[GATEWAY_KEY]) return withModel(name, ['ai'], async () => name)
  const key = KEYS[provider] ?? `${provider.replaceAll('-', '_').toUpperCase()}_API_KEY`
  const agent = await withModel(name, ['ai', `@ai-sdk/${provider}`], () => modelOf(provider, id))
  if (!env[key]) throw wrong(`--model ${name} needs a key: set ${key}, or ${GATEWAY_KEY} for the gateway of the AI SDK`)
  return agent
}

async function withModel(name: string, packages: readonly string[], model: () => Promise<LanguageModel>): Promise<Agent> {
  try {
    const { modelAgent } = await import('./model-agent.ts')
    return modelAgent(await model())
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    const missing = packages.join(' ')
    throw wrong(`--model ${name} needs packages that are not installed beside holdfast: npm install holdfast ${missing}`)
  }
}

/** The package of a provider exports it under its own name. */
async function modelOf(provider: string, id: string): Promise<LanguageModel> {
  const name = provider.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const exports: Readonly<Record<string, unknown>> = await import(`@ai-sdk/${provider}`)
  const create = exports[name]
  if (typeof create !== 'function') throw wrong(`@ai-sdk/${provider} exports no provider called ${name}`)
  return create(id)
}

function wrong(message: string): UsageError {
  return new UsageError(message, '--model')
}
