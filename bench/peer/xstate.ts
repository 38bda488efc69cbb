/** The parts of XState 5 that are measured; declared here because it is installed on first use only. */
export interface XState {
  createMachine(config: object): XMachine
  createActor(machine: XMachine, options?: { readonly snapshot?: unknown }): XActor
  initialTransition(machine: XMachine, input?: unknown): readonly [XSnapshot, readonly unknown[]]
  transition(machine: XMachine, snapshot: XSnapshot, event: { readonly type: string }): readonly [XSnapshot, readonly unknown[]]
  assign(assigner: object): unknown
}

export interface XMachine {
  readonly id: string
}

export interface XSnapshot {
  readonly value: unknown
  readonly context: unknown
  readonly status: string
}

export interface XActor {
  start(): XActor
  stop(): XActor
  send(event: { readonly type: string }): void
  getSnapshot(): XSnapshot
  getPersistedSnapshot(): unknown
}

/** The name is no literal, so that the compiler does not ask for a package which may not be there. */
export async function loadXState(): Promise<XState> {
  const name: string = 'xstate'
  return (await import(name)) as XState
}
