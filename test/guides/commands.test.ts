import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASE, databaseFor } from './database.ts'
import { ReaderFolder } from './folder.ts'
import { commandsOf } from './page.ts'
import { type Served, serve } from './served.ts'

/** Lines that other tests run, with where. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm install pg': 'the development dependencies have it',
  'npm ci && npm start': '.ci/run and test/cli/start.test.ts',
}
/** What a guide supposes to have happened before a line. */
const BEFORE: Readonly<Record<string, string>> = {
  'npx holdfast fork 3_00000 3_00000-b --at 7': 'holdfast replay dialogues.json',
}
const CURL_OUT_OF_TIME = 28
const noCurl = spawnSync('curl', ['--version'], { stdio: 'ignore' }).error !== undefined

for (const page of ['README.md', 'docs/http.md', 'docs/cli.md', 'docs/replay.md', 'docs/postgres.md']) {
  describe(page, () => {
    const folder = new ReaderFolder()
    let served: Served | undefined
    afterAll(async () => {
      await served?.end()
      folder.remove()
    })
    const commands = commandsOf(page)
    const database = databaseFor(page)

    it('has commands', () => expect(commands.length).toBeGreaterThan(0))

    for (const { line, remark } of commands.filter((one) => ELSEWHERE[one.line] === undefined)) {
      if (line.includes('holdfast serve')) {
        beforeAll(async () => {
          served = await serve(line, folder)
        })
        continue
      }
      const isCurl = line.startsWith('curl ')
      const stays = /\bcurl -N\b/.test(line)
      it.skipIf(isCurl && noCurl)(`${line}${isCurl && noCurl ? ' (skipped: curl is not installed)' : ''}`, async () => {
        const before = BEFORE[line]
        if (before !== undefined) expect(await folder.run(before)).toMatchObject({ code: 0 })
        const { url = '' } = served ?? {}
        const own = line.replaceAll('http://127.0.0.1:4600', url).replaceAll(DATABASE, database())
        const { code, stdout, stderr } = await folder.run(own, { URL: url, PORT: '0' })
        expect({ code, stderr: code === 0 ? '' : stderr + stdout }).toMatchObject(
          stays ? { code: CURL_OUT_OF_TIME } : { code: 0, stderr: '' },
        )
        expect(stdout).not.toBe('')
        if (stays) expect(stdout).toContain('event: hello')
        if (/^[{[]/.test(remark)) expect(JSON.parse(stdout)).toEqual(JSON.parse(remark))
      })
    }
  })
}
