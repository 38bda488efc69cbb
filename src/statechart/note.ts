/** What an action does, as far as that is known without running it. For tools; the engine never looks at it. */
export interface ActionNote {
  /** `after` starts the timer of a delayed transition, `perform` is a declared effect. */
  readonly kind: 'assign' | 'raise' | 'sendTo' | 'emit' | 'cancel' | 'log' | 'perform' | 'after'
  /** What it was declared as, where it was named. */
  readonly name?: string
  readonly params?: unknown
  /** Where it stands in the definition. */
  readonly path: string
  /** Its arguments as they were written: values, or the functions that compute them. */
  readonly written: Readonly<Record<string, unknown>>
}

/** What a guard is made of. For tools; the engine never looks at it. */
export type GuardNote =
  | { readonly kind: 'name'; readonly name: string; readonly params: unknown }
  | { readonly kind: 'function'; readonly value: unknown }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly (GuardNote | undefined)[] }
  | { readonly kind: 'not'; readonly part: GuardNote | undefined }
  | { readonly kind: 'in'; readonly states: readonly string[] }

/** What a child is, as far as that is known before it starts. For tools; the engine never looks at it. */
export interface InvokeNote {
  readonly id: string
  readonly src: string
  /** What `src` stands for in the definition: a machine, or `external`. */
  readonly actor: unknown
  readonly path: string
}
