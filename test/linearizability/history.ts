/**
 * One call to an object, as its caller saw it. Moments are numbers on one line of time; a call that ends at the moment another
 * begins counts as being under way at once with it.
 */
export interface Operation<Input = unknown, Output = unknown> {
  readonly input: Input
  /** When it was called. */
  readonly invoked: number
  /** When its caller was answered, and with what. Undefined: never; it may have happened at any time since, or not at all. */
  readonly answer: { readonly at: number; readonly output: Output } | undefined
}

/** How an object behaves when one call comes after the other. */
export interface Model<State, Input, Output> {
  readonly initial: State
  /** What a call answers, and what it leaves. Never changes `state` in place. */
  apply(state: State, input: Input): { readonly state: State; readonly output: Output }
  /** Equal for equal states. */
  key(state: State): string
}

/** True when two answers are the same. */
export function isSame(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || JSON.stringify(a) === JSON.stringify(b)
}

/** The histories of single objects in a history of many: linearizability is local (Herlihy and Wing 1990, theorem 1). */
export function byObject<Each extends Operation & { readonly object: string }>(all: Iterable<Each>): Map<string, Each[]> {
  const objects = new Map<string, Each[]>()
  for (const operation of all) {
    const known = objects.get(operation.object)
    if (known === undefined) objects.set(operation.object, [operation])
    else known.push(operation)
  }
  return objects
}
