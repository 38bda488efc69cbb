/** A machine's diagram laid out: every place in pixels from the top left corner, edges along the axes. */
export interface Drawing {
  readonly width: number
  readonly height: number
  /** Outer ones before what lies in them. */
  readonly states: readonly DrawnState[]
  readonly transitions: readonly DrawnTransition[]
}

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** A box, and the text in it as far as it has room. */
export interface DrawnState extends Rectangle {
  readonly id: string
  readonly label: string
  /** Of the label in Inter 600 at 13 pixels. */
  readonly label_width: number
  readonly rows: readonly DrawnRow[]
}

/** A line below a state's name: what is done on entry and exit, runs meanwhile, or is done on an event without leaving. */
export interface DrawnRow {
  readonly word: 'entry' | 'exit' | 'invoke' | 'on'
  readonly text: string
}

export interface DrawnTransition {
  readonly id: string
  /** One for each target, from the source on: its beginning, its bends, its end. */
  readonly routes: readonly (readonly Point[])[]
  readonly label?: DrawnLabel
}

/** `trigger [guard]`, the actions below. */
export interface DrawnLabel extends Rectangle {
  readonly trigger: string
  readonly guard?: string
  readonly actions?: string
}
