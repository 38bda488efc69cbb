import type { StandardSchemaV1 } from '@standard-schema/spec'

/** What a schema of the whole state says of single variables. */
export interface SchemaParts {
  readonly of: Readonly<Record<string, StandardSchemaV1>>
  /** True when it takes variables it does not name. */
  readonly isOpen: boolean
}

/**
 * The variables a schema of the whole state names, where its library tells: `shape` and `def.catchall` of zod 4, `entries` and `type` of
 * valibot. Standard Schema itself knows only the whole.
 */
export function partsOf(schema: StandardSchemaV1): SchemaParts | undefined {
  const { shape, entries, def, type } = schema as StandardSchemaV1 & {
    readonly shape?: unknown
    readonly entries?: unknown
    readonly def?: { readonly catchall?: unknown }
    readonly type?: unknown
  }
  const of = shape ?? entries
  if (typeof of !== 'object' || of === null) return undefined
  const isOpen = def?.catchall !== undefined || type === 'loose_object' || type === 'object_with_rest'
  return { of: of as SchemaParts['of'], isOpen }
}
