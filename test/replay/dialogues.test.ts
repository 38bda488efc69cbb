import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Holdfast, open } from 'holdfast'
import { parseRuns, replayFile, replayRuns } from 'holdfast/replay'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const file = join(process.env.HOLDFAST_DATA ?? '', 'sgd/dialogues.dev.json')
const isThere = existsSync(file)
if (!isThere) console.warn(`skipped: ${file} is not there; HOLDFAST_DATA names the folder of the data`)

interface Recorded {
  readonly id: string
  readonly turns: readonly {
    readonly speaker: string
    readonly text: string
    readonly frames: readonly { readonly service: string; readonly intent?: string; readonly slots?: object }[]
  }[]
}

describe.skipIf(!isThere)('300 annotated dialogues', () => {
  const dialogues = isThere ? (JSON.parse(readFileSync(file, 'utf8')) as Recorded[]) : []
  let hf: Holdfast

  beforeAll(async () => {
    hf = await open('memory:', { worker: false })
    await replayFile(hf, file)
  })
  afterAll(() => hf?.close())

  it('show at every past turn what was annotated there', { timeout: 120_000 }, async () => {
    expect(dialogues).toHaveLength(300)
    for (const dialogue of dialogues) {
      const session = hf.session(dialogue.id)
      const annotated: Record<string, object> = {}
      for (const [i, turn] of dialogue.turns.entries()) {
        for (const { service, intent, slots } of turn.frames) if (slots) annotated[service] = { intent: intent ?? null, slots }
        const { turn: at, ...services } = (await session.at(i + 1)).state
        expect({ at, services }).toEqual({ at: i, services: annotated })
      }
    }
  })

  it('name in each revision only the services that changed', async () => {
    for (const dialogue of dialogues.slice(0, 50)) {
      const before = new Map<string, string>()
      for await (const { revision, paths, event } of hf.session(dialogue.id).history({ order: 'oldest' })) {
        const turn = dialogue.turns[revision - 1]
        const changed = (turn?.frames ?? [])
          .filter(({ slots, service, intent }) => slots && before.get(service) !== sortedText({ intent, slots }))
          .map(({ service }) => service)
        for (const { service, intent, slots } of turn?.frames ?? []) if (slots) before.set(service, sortedText({ intent, slots }))
        expect(paths.toSorted()).toEqual(['turn', ...changed].toSorted())
        expect(event).toMatchObject({ name: `turn.${turn?.speaker.toLowerCase()}`, data: { text: turn?.text } })
      }
    }
  })

  it('come to the same end in a fork made in the middle', { timeout: 60_000 }, async () => {
    for (const dialogue of dialogues) {
      const fork = await hf.session(dialogue.id).fork(`${dialogue.id}-fork`, { at: Math.ceil(dialogue.turns.length / 2) })
      const summary = await replayRest(dialogue.id, fork.id)
      expect(summary).toBe(Math.floor(dialogue.turns.length / 2))
      expect(await fork.get()).toEqual(await hf.session(dialogue.id).get())
    }
  })

  /** Reading the file for each fork would take most of the time. */
  async function replayRest(only: string, into: string): Promise<number> {
    const own = dialogues.filter(({ id }) => id === only)
    const { revisions } = await replayRuns(hf, parseRuns(JSON.stringify(own), 'dialogues.dev.json'), 'dialogues.dev.json', {
      only,
      into,
    })
    return revisions
  }
})

function sortedText(frame: { readonly intent: string | undefined; readonly slots: object | undefined }): string {
  return JSON.stringify([frame.intent, Object.entries(frame.slots ?? {}).sort()])
}
