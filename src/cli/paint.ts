import { styleText } from 'node:util'
import type { Io, Output } from './io.ts'

type Style = Parameters<typeof styleText>[0]

/** Colours text, or leaves it alone. */
export type Paint = (style: Style, text: string) => string

/** Colours for a terminal whose user has not asked for none (https://no-color.org). */
export function paintFor(output: Output, { env }: Pick<Io, 'env'>): Paint {
  return hasColours(output, env) ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}

export function hasColours(output: Output, env: Io['env']): boolean {
  return output.isTTY && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
}
