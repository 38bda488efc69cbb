import { AbstractChat, DefaultChatTransport, type UIMessage } from 'ai'

/** What `useChat` keeps, without React. */
class State {
  status: 'submitted' | 'streaming' | 'ready' | 'error' = 'ready'
  error: Error | undefined
  messages: UIMessage[]

  constructor(messages: readonly UIMessage[]) {
    this.messages = [...messages]
  }

  pushMessage = (message: UIMessage): void => {
    this.messages = [...this.messages, message]
  }

  popMessage = (): void => {
    this.messages = this.messages.slice(0, -1)
  }

  replaceMessage = (index: number, message: UIMessage): void => {
    this.messages = this.messages.with(index, structuredClone(message))
  }

  snapshot = <Value>(value: Value): Value => structuredClone(value)
}

/** A chat as a browser has it: the AI SDK's own, over HTTP. */
export class Browser extends AbstractChat<UIMessage> {
  /** Opens a chat that has these messages. */
  constructor(url: string, id: string, messages: readonly UIMessage[] = []) {
    const api = `${url}/chat/${encodeURIComponent(id)}`
    const transport = new DefaultChatTransport({ api, prepareReconnectToStreamRequest: () => ({ api: `${api}/stream` }) })
    super({ id, transport, state: new State(messages) })
  }
}
