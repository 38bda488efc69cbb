/** Answers of several connections, of which one that was given first may be read last. */
export class Answers {
  #unread = 0
  #waiting: (() => void)[] = []

  /** Waits for an answer, and if it `isAhead` of others that are still unread, for them. */
  async inOrder<Answer>(coming: Promise<Answer>, isAhead: (answer: Answer) => boolean): Promise<Answer> {
    this.#unread++
    try {
      const answer = await coming.finally(() => this.#unread--)
      while (this.#unread > 0 && isAhead(answer)) await new Promise<void>((resolve) => this.#waiting.push(resolve))
      return answer
    } finally {
      for (const resolve of this.#waiting.splice(0)) resolve()
    }
  }
}
