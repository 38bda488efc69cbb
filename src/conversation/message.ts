import { canonical } from '../core/index.ts'
import { countTokens } from '../language/index.ts'
import type {
  CustomPart,
  FilePart,
  ImagePart,
  Part,
  ProviderOptions,
  ReasoningFilePart,
  ReasoningPart,
  TextPart,
  ToolApprovalRequest,
  ToolApprovalResponse,
  ToolCallPart,
  ToolResultPart,
} from './part.ts'
import type { TurnRecord } from './record.ts'
import { partsOf } from './turn.ts'

/** What a model is given: a `ModelMessage` of the AI SDK 7. */
export type Message = { providerOptions?: ProviderOptions } & (
  | { role: 'system'; content: string }
  | { role: 'user'; content: string | (TextPart | ImagePart | FilePart)[] }
  | { role: 'assistant'; content: string | AssistantPart[] }
  | { role: 'tool'; content: (ToolResultPart | ToolApprovalResponse)[] }
)

/** What a model has said, as it is given to one. */
export type AssistantPart =
  | TextPart
  | ReasoningPart
  | ReasoningFilePart
  | CustomPart
  | FilePart
  | ToolCallPart
  | ToolResultPart
  | ToolApprovalRequest

/** What a turn says to a model, without parts that are left out and those that are not for models; undefined when that is nothing. */
export function messageOf(turn: TurnRecord, without: ReadonlySet<Part> = new Set()): Message | undefined {
  const { role, content, providerOptions } = turn
  const options = providerOptions === undefined ? {} : { providerOptions }
  if (role === 'system') {
    const texts = partsOf(content).map((part) => ('text' in part ? part.text : ''))
    return { role, content: texts.join('\n'), ...options }
  }
  if (typeof content === 'string') return { role, content, ...options } as Message
  const parts = content.filter((part) => part.type !== 'data' && !without.has(part))
  // Which parts a role may have was seen to when the turn was added.
  return parts.length === 0 ? undefined : ({ role, content: parts, ...options } as Message)
}

/** What providers put around each message. */
const FRAME_TOKENS = 4
/** What they reckon a picture of about a thousand by a thousand pixels at, whatever a file holds: between 700 and 1,600. */
const FILE_TOKENS = 1000

/** How many tokens a message takes, as `countTokens` estimates them. */
export function tokensOf({ content }: Message): number {
  const parts: readonly Part[] = partsOf(content)
  return FRAME_TOKENS + parts.reduce((sum, part) => sum + partTokens(part), 0)
}

function partTokens(part: Part): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return countTokens(part.text)
    case 'image':
    case 'file':
    case 'reasoning-file':
      return FILE_TOKENS
    case 'tool-call':
      return countTokens(part.toolName) + countTokens(canonical(part.input))
    case 'tool-result':
      return countTokens(part.toolName) + countTokens(canonical(part.output))
    default:
      return countTokens(canonical(part))
  }
}
