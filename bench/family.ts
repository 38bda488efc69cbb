import type { Measured } from './figure.ts'
import type { Options } from './options.ts'

/** Figures that are measured together. */
export interface Family<Name extends string = string> {
  readonly figures: readonly Name[]
  measure(options: Options): Promise<Readonly<Record<Name, Measured>>>
}

/** Absolute numbers for notes: `12,345`. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
