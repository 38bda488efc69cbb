/** A hash of all that has happened, in order: two runs with the same one went the same way. */
export class Trace {
  /** Called with each line, to see where two runs part or what led to a failure. */
  onLine: ((line: string) => void) | undefined
  #high = 0x811c9dc5
  #low = 0x1b873593

  add(...words: readonly (string | number)[]): void {
    const line = words.join(' ')
    for (let i = 0; i < line.length; i++) {
      const code = line.charCodeAt(i)
      this.#high = Math.imul(this.#high ^ code, 0x01000193)
      this.#low = Math.imul(this.#low ^ (code + 1), 0x85ebca6b) + i
    }
    this.onLine?.(line)
  }

  get hash(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
  }
}
