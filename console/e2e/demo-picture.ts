import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBrowser } from './browser.testing.ts'
import { build } from './workspace.testing.ts'

// `npm run picture`: the picture of the README, of a real run of `holdfast demo`.
const root = join(import.meta.dirname, '../..')
const bin = join(root, 'bin/holdfast.js')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-picture-'))
const store = `file:${join(folder, 'demo.db')}`

build()
const demo = execFileSync(process.execPath, [bin, 'demo', '--json', '--port', '0', '--store', store], { encoding: 'utf8' })
const { run } = JSON.parse(demo).data as { run: string }
const server = spawn(process.execPath, [bin, 'serve', '--json', '--port', '0', '--store', store], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const [line] = await server.stdout.take(1).toArray()
  const { url } = JSON.parse(String(line)).data as { url: string }
  const browser = await openBrowser()
  for (const theme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1280, height: 660 } })
    const page = await context.newPage()
    await page.goto(`${url}/runs/${encodeURIComponent(run)}`)
    await page.getByText('note refund').first().waitFor()
    await page.screenshot({ path: join(root, `docs/images/demo-${theme}.png`), animations: 'disabled' })
    await context.close()
  }
  await browser.close()
} finally {
  server.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
}
