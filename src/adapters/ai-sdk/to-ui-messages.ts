import type { UIMessage } from 'ai'
import type { Part, Turn } from '../../index.ts'

type UIPart = UIMessage['parts'][number]
type ToolResultPart = Extract<Part, { readonly type: 'tool-result' }>
/** A call of a tool, which grows as its result comes. */
interface ToolPart {
  type: `tool-${string}`
  toolCallId: string
  state: string
  [name: string]: unknown
}

/** Turns as messages of a user interface: what a model said and what its tools came to, up to the next question, is one. */
export function toUIMessages(turns: readonly Turn[]): UIMessage[] {
  const answers: Answer[] = []
  for (const turn of turns) {
    const last = answers.at(-1)
    if (turn.role === 'tool' || (turn.role === 'assistant' && last?.isAnswer === true)) {
      const answer = last?.isAnswer === true ? last : new Answer(turn)
      if (answer !== last) answers.push(answer)
      answer.add(turn)
    } else {
      const message = new Answer(turn)
      message.add(turn)
      answers.push(message)
    }
  }
  return answers.map((answer) => answer.message)
}

/** A message that is made of turns. */
class Answer {
  readonly #role: UIMessage['role']
  readonly #first: Turn
  readonly #parts: UIPart[] = []
  readonly #calls = new Map<string, ToolPart>()
  readonly #asked = new Map<string, ToolPart>()

  constructor(first: Turn) {
    this.#first = first
    this.#role = first.role === 'tool' ? 'assistant' : first.role
  }

  get isAnswer(): boolean {
    return this.#role === 'assistant'
  }

  get message(): UIMessage {
    const { id, metadata } = this.#first
    return { id, role: this.#role, ...(metadata !== undefined && { metadata }), parts: this.#parts }
  }

  add({ role, content, status }: Turn): void {
    if (role === 'assistant') this.#parts.push({ type: 'step-start' })
    for (const part of content) this.#add(part, status === 'streaming' ? 'streaming' : 'done')
  }

  #add(part: Part, state: 'streaming' | 'done'): void {
    const told = 'providerOptions' in part && part.providerOptions !== undefined ? { providerMetadata: part.providerOptions } : {}
    switch (part.type) {
      case 'text':
      case 'reasoning':
        this.#push({ type: part.type, text: part.text, state, ...told })
        break
      case 'tool-call':
        this.#call(part)
        break
      case 'tool-result':
        this.#result(part)
        break
      case 'tool-approval-request':
        this.#ask(part)
        break
      case 'tool-approval-response':
        this.#answer(part)
        break
      case 'data':
        this.#push({ type: `data-${part.name}`, data: part.data })
        break
      case 'custom':
        this.#push({ type: 'custom', kind: part.kind, ...told })
        break
      default:
        this.#push({ ...fileOf(part), ...told })
    }
  }

  #push(part: object): void {
    this.#parts.push(part as UIPart)
  }

  #call({ toolCallId, toolName, input, providerExecuted, providerOptions }: Part & { type: 'tool-call' }): void {
    const call: ToolPart = { type: `tool-${toolName}`, toolCallId, state: 'input-available', input }
    if (providerExecuted !== undefined) call.providerExecuted = providerExecuted
    if (providerOptions !== undefined) call.callProviderMetadata = providerOptions
    this.#calls.set(toolCallId, call)
    this.#push(call)
  }

  #result({ toolCallId, toolName, output }: ToolResultPart): void {
    const known = this.#calls.get(toolCallId)
    const call: ToolPart = known ?? { type: `tool-${toolName}`, toolCallId, state: '', input: undefined }
    if (known === undefined) this.#push(call)
    Object.assign(call, endOf(output))
  }

  #ask({ approvalId: id, toolCallId, reason, isAutomatic }: Part & { type: 'tool-approval-request' }): void {
    const call = this.#calls.get(toolCallId)
    if (call === undefined) return
    call.state = 'approval-requested'
    call.approval = {
      id,
      ...(reason !== undefined && { requestReason: reason }),
      ...(isAutomatic !== undefined && { isAutomatic }),
    }
    this.#asked.set(id, call)
  }

  #answer({ approvalId, approved, reason }: Part & { type: 'tool-approval-response' }): void {
    const call = this.#asked.get(approvalId)
    if (call === undefined) return
    call.state = 'approval-responded'
    call.approval = { ...(call.approval as object), approved, ...(reason !== undefined && { reason }) }
  }
}

/** What is told of a call that has come to something. */
function endOf(output: ToolResultPart['output']): object {
  switch (output.type) {
    case 'error-text':
    case 'error-json':
      return { state: 'output-error', errorText: typeof output.value === 'string' ? output.value : JSON.stringify(output.value) }
    case 'execution-denied':
      return { state: 'output-denied' }
    default:
      return { state: 'output-available', output: output.value }
  }
}

/** A file, by its URL or as one. */
function fileOf(part: Part & { type: 'file' | 'image' | 'reasoning-file' }): object {
  const mediaType = part.mediaType ?? 'image/*'
  const filename = part.type === 'file' && part.filename !== undefined ? { filename: part.filename } : {}
  const place = placeOf(part.type === 'image' ? part.image : part.data, mediaType)
  return { type: part.type === 'image' ? 'file' : part.type, mediaType, ...filename, ...place }
}

function placeOf(data: unknown, mediaType: string): { readonly url: string; readonly providerReference?: unknown } {
  if (data instanceof URL) return { url: data.href }
  if (typeof data === 'string') return { url: /^[a-z][a-z0-9+.-]*:/i.test(data) ? data : `data:${mediaType};base64,${data}` }
  if (data instanceof Uint8Array) return { url: `data:${mediaType};base64,${Buffer.from(data).toString('base64')}` }
  if (data instanceof ArrayBuffer) return placeOf(new Uint8Array(data), mediaType)
  const tagged = data as {
    readonly type?: string
    readonly data?: unknown
    readonly url?: URL
    readonly text?: string
    readonly reference?: unknown
  }
  if (tagged.type === 'url') return placeOf(tagged.url, mediaType)
  if (tagged.type === 'data') return placeOf(tagged.data, mediaType)
  if (tagged.type === 'text') return placeOf(new TextEncoder().encode(tagged.text), mediaType)
  return { url: '', providerReference: tagged.type === 'reference' ? tagged.reference : data }
}
