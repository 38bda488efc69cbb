import { afterAll, describe, expect, it } from 'vitest'
import { ReaderFolder } from './folder.ts'
import { exchangesOf } from './page.ts'

/** Lines whose output is another on every machine, or that stay; with where they are tested. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'holdfast serve': 'test/cli/start.test.ts',
  'holdfast bench': 'src/cli/commands/commands.test.ts',
}

/** What differs from run to run is left out; `...` of a page stands for anything. */
function comparable(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .replaceAll(/[\d.]+ s\b/g, 'SECONDS')
    .replaceAll(/[\d.]+ KiB/g, 'SIZE')
    .replaceAll(/[ \t]+$/gm, '')
    .trimEnd()
}

function patternOf(output: string): RegExp {
  const parts = comparable(output).split('...')
  return new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('[^]*')}$`)
}

describe('docs/cli.md', () => {
  const folder = new ReaderFolder()
  afterAll(() => folder.remove())
  const exchanges = exchangesOf('docs/cli.md')

  it('has examples', () => expect(exchanges.length).toBeGreaterThan(10))

  for (const { line, output } of exchanges.filter((one) => ELSEWHERE[one.line] === undefined)) {
    it(`${line} prints what it is said to`, async () => {
      const { stdout, stderr } = await folder.run(line)
      const isShort = !output.includes('Next: ')
      const printed = [stdout, isShort ? stderr.replaceAll(/^(?:Next: |Since ).*\n?/gm, '') : stderr]
      expect(
        comparable(
          printed
            .map((text) => text.trimEnd())
            .filter(Boolean)
            .join('\n'),
        ),
      ).toMatch(patternOf(output))
    })
  }
})
