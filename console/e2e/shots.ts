import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openBrowser } from './browser.testing.ts'
import { brokenStore, emptyStore, fullStore } from './fixture.testing.ts'
import { standIn } from './stand-in.testing.ts'
import { Workspace } from './workspace.testing.ts'

// Pictures of every page, to be looked at: node console/e2e/shots.ts <folder> [part of a name]
const folder = process.argv[2] ?? join(import.meta.dirname, '../dist-shots')
const only = process.argv[3] ?? ''
mkdirSync(folder, { recursive: true })

const full = await standIn(fullStore(100_000))
const empty = await standIn(emptyStore)
const broken = await standIn(brokenStore)
const workspace = new Workspace()
await workspace.start()
const views: readonly (readonly [string, string])[] = [
  ['session', `${full.url}/sessions/ses_8f2k`],
  ['past', `${full.url}/sessions/ses_8f2k?at=44&from=41`],
  ['timeline', `${full.url}/sessions/ses_8f2k?tab=timeline`],
  ['context', `${full.url}/sessions/ses_8f2k?tab=context`],
  ['log', `${full.url}/sessions/ses_8f2k?tab=log`],
  ['sessions', `${full.url}/sessions`],
  ['overview', `${full.url}/overview`],
  ['statecharts', `${full.url}/statecharts`],
  ['nodes', `${full.url}/nodes`],
  ['approvals', `${full.url}/approvals`],
  ['runs', `${full.url}/runs`],
  ['run', `${full.url}/runs/ses_8f2k%2Frefund.m1`],
  ['failed-run', `${full.url}/runs/ses_8f2k%2Frefund.m0`],
  ['stream-run', `${full.url}/runs/ses_8f2k%2Frefund.m1?tab=stream`],
  ['conversation', `${full.url}/sessions/ses_8f2k?tab=conversation`],
  ['empty-approvals', `${empty.url}/approvals`],
  ['empty-runs', `${empty.url}/runs`],
  ['alone-nodes', `${workspace.url}/nodes`],
  ['empty-nodes', `${empty.url}/nodes`],
  ['error-nodes', `${broken.url}/nodes`],
  ['statechart', `${workspace.url}/statecharts/support-agent`],
  ['chosen', `${workspace.url}/statecharts/support-agent?state=session.execution.awaitingApproval`],
  ['coming', `${full.url}/workflows`],
  ['empty-overview', `${empty.url}/overview`],
  ['empty-sessions', `${empty.url}/sessions`],
  ['error', `${broken.url}/sessions`],
  ['missing', `${empty.url}/sessions/ses_none`],
]
const browser = await openBrowser()
for (const theme of ['dark', 'light'] as const) {
  for (const width of [1600, 1024, 390]) {
    const wanted = views.filter(([name]) => `${name}-${theme}-${width}`.includes(only))
    if (wanted.length === 0) continue
    const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: width === 390 ? 844 : 1000 } })
    for (const [name, url] of wanted) {
      const page = await context.newPage()
      page.on('console', (message) => message.type() === 'error' && console.log(name, message.text()))
      page.on('pageerror', (error) => console.log(name, error.message))
      await page.goto(url)
      await page.waitForTimeout(1200)
      await page.screenshot({ path: join(folder, `${name}-${theme}-${width}.png`) })
      await page.close()
    }
    await context.close()
  }
}
await browser.close()
for (const server of [full, empty, broken]) server.close()
await workspace.close()
