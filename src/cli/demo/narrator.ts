import type { Io } from '../io.ts'
import { type Paint, paintFor } from '../paint.ts'
import { manyLines, oneLine } from '../text.ts'

/** Who does something in the story, with the colour of the name. */
const VOICES = {
  customer: 'magenta',
  agent: 'cyan',
  waits: 'yellow',
  person: 'magenta',
  payments: 'blue',
  killed: 'red',
  process: 'dim',
} as const

type Voice = keyof typeof VOICES

const MARGIN = 10

/** Tells the story on a terminal, line by line, and what is said word by word. */
export class Narrator {
  readonly paint: Paint
  readonly #write: (text: string) => void
  #isSpeaking = false
  /** What others do while the agent speaks is told when it has ended: not in the midst of a sentence. */
  #held: (() => void)[] = []

  constructor(io: Io, { isSilent }: { readonly isSilent: boolean }) {
    this.paint = paintFor(io.stdout, io)
    this.#write = isSilent ? () => {} : (text) => io.stdout.write(text)
  }

  /** Something happens; `more` are lines below it. */
  tell(voice: Voice, text: string, ...more: readonly string[]): void {
    if (this.#isSpeaking && voice !== 'agent') {
      this.#held.push(() => this.tell(voice, text, ...more))
      return
    }
    this.pause()
    this.#begin(voice)
    this.#write(`${[oneLine(text), ...more.map((line) => ' '.repeat(MARGIN) + line)].join('\n')}\n`)
  }

  /** The agent says some more. */
  speak(words: string): void {
    if (!this.#isSpeaking) this.#begin('agent')
    this.#isSpeaking = true
    this.#write(manyLines(words))
  }

  /** The agent has said something to its end. */
  pause(): void {
    if (this.#isSpeaking) this.#write('\n')
    this.#isSpeaking = false
    for (const tell of this.#held.splice(0)) tell()
  }

  /** Lines of no one. */
  show(...lines: readonly string[]): void {
    this.pause()
    this.#write(`${lines.join('\n')}\n`)
  }

  #begin(voice: Voice): void {
    this.#write(this.paint(VOICES[voice], voice.padEnd(MARGIN)))
  }
}
