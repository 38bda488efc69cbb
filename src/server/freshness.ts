import { z } from '@hono/zod-openapi'
import type { ReadOptions } from '../runtime/index.ts'
import { whole } from './shapes.ts'

/** How fresh an answer must be, where several nodes share a store. */
export const freshnessQuery = z.object({
  freshness: z
    .string()
    .regex(/^(?:strong|cached|\d{1,9})$/, 'Expected strong, cached, or milliseconds')
    .optional()
    .openapi({
      description:
        '`strong` (default): all that was acknowledged anywhere. Milliseconds: the node has looked that recently. `cached`: what it knows.',
      example: '500',
    }),
  revision: whole(
    1,
    Number.MAX_SAFE_INTEGER,
    'At least this revision, as a write has answered it: 404 where it is not there.',
  ).optional(),
})

export function readOptions({ freshness = 'strong', revision }: z.output<typeof freshnessQuery>): ReadOptions {
  const wanted = freshness === 'strong' || freshness === 'cached' ? freshness : Number(freshness)
  return { freshness: wanted, ...(revision !== undefined && { revision }) }
}
