import type { Step, Story } from './story.ts'

/** Work on an issue: one file after the other is changed and the tests are run, until they pass. */
function fixing(issue: string, files: readonly string[], rounds: number): Step[] {
  const steps: Step[] = [
    {
      event: 'issue.read',
      data: { issue },
      set: { issue, branch: `fix/${issue}`, files: {}, tests: { passed: 0, failed: 3 }, round: 0 },
    },
    { event: 'plan.made', set: { plan: ['reproduce', 'find the cause', 'change', 'test', 'open a pull request'] } },
  ]
  for (let round = 1; round <= rounds; round++) {
    const file = files[(round - 1) % files.length] ?? 'index.ts'
    const failed = Math.max(0, 3 - Math.ceil((3 * round) / rounds))
    steps.push({
      event: 'file.edited',
      data: { file },
      set: { [`files["${file}"]`]: { edits: Math.ceil(round / files.length), lines: 4 + ((round * 7) % 23) }, round },
    })
    steps.push({ event: 'tests.run', set: { tests: { passed: 41 - failed, failed, seconds: 6 + (round % 4) } } })
  }
  return steps
}

export const coding: readonly Story[] = [
  {
    ...{ id: 'coding/issue-318', definition: 'coding', user: 'jo', tags: ['bug', 'parser'], began: 400, pace: 2 },
    steps: [
      ...fixing('318-unicode-names', ['src/parse.ts', 'src/token.ts', 'test/parse.test.ts'], 27),
      {
        event: 'pull_request.opened',
        data: { number: 322 },
        set: { pullRequest: { number: 322, url: 'https://git.example/pull/322', state: 'open' } },
      },
      { event: 'review.passed', set: { 'pullRequest.state': 'merged' } },
      { event: 'finished', end: 'close' },
    ],
  },
  {
    ...{ id: 'coding/issue-340', definition: 'coding', user: 'jo', tags: ['bug', 'flaky'], began: 48, pace: 1 },
    steps: fixing('340-flaky-upload', ['src/upload.ts', 'src/retry.ts'], 11),
  },
  {
    ...{ id: 'coding/upgrade-node-24', definition: 'coding', user: 'sam', tags: ['chore'], began: 700, pace: 5 },
    steps: [
      ...fixing('331-upgrade-node', ['package.json', '.ci/run', 'Dockerfile'], 8),
      { event: 'question.asked', data: { to: 'sam' }, set: { question: 'Node 20 is used by two customers. May I drop it?' } },
    ],
  },
]
