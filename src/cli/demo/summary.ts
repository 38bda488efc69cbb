import type { Paint } from '../paint.ts'
import { counted } from '../text.ts'
import { isAsPromised, type Outcome } from './outcome.ts'

/** Where the demo can be looked at. */
export interface Places {
  /** Where the console is. */
  readonly console: string
  /** The store as people may see it. */
  readonly store: string
}

/** What is looked at first, and what it is. */
export function opening({ console, store }: Places, paint: Paint): string[] {
  return [
    paint('bold', 'An agent refunds an order. Its process is killed while it pays.'),
    `console   ${paint('cyan', console)}`,
    `store     ${store}`,
    '',
  ]
}

/** What the demo has come to, and where to look. */
export function summary(outcome: Outcome, { console, store }: Places, paint: Paint): string[] {
  const { run, session, requests, payments, recorded, doneAgain } = outcome
  const counts = `${counted(requests, 'request')}, ${counted(payments, 'payment')}`
  const steps =
    recorded === null
      ? 'nothing was paid, so nobody was killed'
      : `${counted(recorded, 'recorded step')} before the kill, done again: ${doneAgain}`
  const page = (path: string) => paint('cyan', console + path)
  return [
    '',
    paint(isAsPromised(outcome) ? 'green' : 'red', `${counts}; ${steps}`),
    '',
    `the run           ${page(`/runs/${encodeURIComponent(run)}`)}`,
    `the conversation  ${page(`/sessions/${encodeURIComponent(session)}?tab=conversation`)}`,
    `the command line  npx holdfast runs show ${run} --store ${store}`,
  ]
}
