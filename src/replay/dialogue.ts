import { canonical, type Json } from '../core/index.ts'
import type { Run, Step } from './run.ts'
import { runName, runTag } from './run-name.ts'
import { inside, type Place, toList, toObject, toOptionalName, toOptionalText, unexpected } from './shape.ts'

/** A turn of a dialogue with annotated state. */
export interface DialogueTurn {
  readonly speaker: string
  readonly text: string
  readonly frames: readonly DialogueFrame[]
  /** What the annotation of this turn changed, by service; empty for turns of the system. */
  readonly changes: Readonly<Record<string, FrameChange>>
}

/** What a turn says of one service. */
export interface DialogueFrame {
  readonly service: string
  readonly intent?: string | null
  /** The whole annotated state of the service after this turn of the user: values by slot. */
  readonly slots?: Slots
  readonly call?: Json
  readonly results?: readonly Json[]
}

/** Values by slot; several values are ways to say the same. */
export type Slots = Readonly<Record<string, Json>>

/** How the annotation of one service differs from what it was before. */
export interface FrameChange {
  readonly intent?: string | null
  readonly set?: Slots
  readonly unset?: readonly string[]
}

/** Reads `{ id, services, turns }`. @throws invalid with the place of what has another shape. */
export function readDialogue(source: Readonly<Record<string, unknown>>, place: Place, index: number): Run<DialogueTurn> {
  const id = toOptionalName(source.id, inside(place, 'id'), 'the id of a dialogue') || `dialogue-${index}`
  const services =
    source.services === undefined ? [] : toList(source.services, inside(place, 'services'), 'a list of service names')
  const tags = services.map((one, i) => toOptionalText(one, inside(place, 'services', i), 'the name of a service') ?? '')
  const known = new Map<string, DialogueFrame>()
  const steps = toList(source.turns, inside(place, 'turns'), 'a list of turns').map((turn, i) =>
    readTurn(turn, inside(place, 'turns', i), known),
  )
  return { id: runName(id), format: 'dialogue', user: undefined, tags: tags.filter((tag) => tag !== '').map(runTag), steps }
}

function readTurn(value: unknown, place: Place, known: Map<string, DialogueFrame>): Step<DialogueTurn> {
  const turn = toObject(value, place, 'a turn such as {"speaker": "USER", "text": "...", "frames": []}')
  const speaker = toOptionalText(turn.speaker, inside(place, 'speaker'), 'a speaker such as "USER"') ?? ''
  const text = toOptionalText(turn.text, inside(place, 'text'), 'what was said, as text') ?? ''
  const list = turn.frames === undefined || turn.frames === null ? [] : turn.frames
  const frames = toList(list, inside(place, 'frames'), 'a list of frames').map((frame, i) =>
    readFrame(frame, inside(place, 'frames', i)),
  )
  const changes = changesOf(frames, known)
  const item: DialogueTurn = { speaker, text, frames, changes }
  const event = speaker === '' ? 'turn' : `turn.${speaker.toLowerCase()}`
  return { item, event, data: dataOf(item) }
}

function readFrame(value: unknown, place: Place): DialogueFrame {
  const frame = toObject(value, place, 'a frame such as {"service": "...", "intent": "...", "slots": {}}')
  if (typeof frame.service !== 'string') throw unexpected(inside(place, 'service'), 'the name of a service', frame.service)
  toOptionalText(frame.intent, inside(place, 'intent'), 'the name of an intent')
  if (frame.slots !== undefined && frame.slots !== null)
    toObject(frame.slots, inside(place, 'slots'), 'an object of values by slot')
  return frame as unknown as DialogueFrame
}

/** Notes what the frames say and returns how it differs from what was known. Services not mentioned stay as they are. */
function changesOf(frames: readonly DialogueFrame[], known: Map<string, DialogueFrame>): Record<string, FrameChange> {
  const changes: [string, FrameChange][] = []
  for (const frame of frames) {
    if (frame.slots === undefined || frame.slots === null) continue
    const change = changeOf(known.get(frame.service), frame, frame.slots)
    if (Object.keys(change).length > 0) changes.push([frame.service, change])
    known.set(frame.service, frame)
  }
  return Object.fromEntries(changes)
}

function changeOf(before: DialogueFrame | undefined, frame: DialogueFrame, slots: Slots): FrameChange {
  const old = before?.slots ?? {}
  const set = Object.entries(slots).filter(([slot, value]) => !Object.hasOwn(old, slot) || !alike(old[slot], value))
  const unset = Object.keys(old).filter((slot) => !Object.hasOwn(slots, slot))
  const intent = frame.intent ?? null
  return {
    ...((before === undefined || intent !== (before.intent ?? null)) && { intent }),
    ...(set.length > 0 && { set: Object.fromEntries(set) }),
    ...(unset.length > 0 && { unset }),
  }
}

/** Turns with annotated state are told by what they changed, the others as they are. */
function dataOf({ text, frames, changes }: DialogueTurn): Json {
  const told = frames.filter(({ slots }) => slots === undefined || slots === null)
  return {
    text,
    ...(Object.keys(changes).length > 0 && { changes: changes as unknown as Json }),
    ...(told.length > 0 && { frames: told as unknown as Json }),
  }
}

function alike(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b)
}
