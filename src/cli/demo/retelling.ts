import type { Narrator } from './narrator.ts'

/** The chunks of a UI message that are worth telling. */
type Chunk =
  | { readonly type: 'text-delta'; readonly delta: string }
  | { readonly type: 'text-end' }
  | { readonly type: 'tool-input-available'; readonly toolName: string; readonly input: unknown }
  | { readonly type: 'tool-output-available'; readonly output: unknown }
  | { readonly type: 'tool-output-error' | 'error'; readonly errorText: string }

/** Tells what an agent streams, as it comes. */
export async function retell(stream: AsyncIterable<unknown>, narrator: Narrator): Promise<void> {
  for await (const chunk of stream) tellChunk(chunk as Chunk, narrator)
  narrator.pause()
}

function tellChunk(chunk: Chunk, narrator: Narrator): void {
  if (chunk.type === 'text-delta') narrator.speak(chunk.delta)
  else if (chunk.type === 'text-end') narrator.pause()
  else if (chunk.type === 'tool-input-available') narrator.tell('agent', `calls ${chunk.toolName} ${JSON.stringify(chunk.input)}`)
  else if (chunk.type === 'tool-output-available') narrator.tell('agent', `is told ${JSON.stringify(chunk.output)}`)
  else if ('errorText' in chunk) narrator.tell('agent', `is told of a fault: ${chunk.errorText}`)
}
