import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violations } from './axe.testing.ts'
import { chromiumPath, openBrowser, whyNot } from './browser.testing.ts'
import { build, Workspace } from './workspace.testing.ts'

const themes = ['dark', 'light'] as const
const widths = [390, 1024, 1600] as const
const views = themes.flatMap((theme) => widths.map((width) => ({ theme, width })))
const running = '[data-state="session.execution.running"]'

describe.skipIf(!chromiumPath)(`statecharts${chromiumPath ? '' : ` (${whyNot})`}`, () => {
  const workspace = new Workspace()
  let browser: Browser

  beforeAll(async () => {
    build()
    await workspace.start()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await workspace.close()
  })

  /** A page at an address below the statecharts, in a window of its own. */
  async function open(address: string, { theme, width }: { theme: 'dark' | 'light'; width: number }): Promise<Page> {
    const viewport = { width, height: width === 390 ? 844 : 1000 }
    const context = await browser.newContext({ colorScheme: theme, viewport, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(`${workspace.url}/statecharts${address}`)
    await page
      .locator(address === '' ? 'tbody tr' : running)
      .first()
      .waitFor()
    return page
  }

  test.each(views)('axe finds nothing in the list and in a definition, and both fit: $theme, $width px', async (view) => {
    for (const address of ['', '/support-agent', '/support-agent?state=session.execution.running']) {
      const page = await open(address, view)
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      await page.context().close()
    }
  })

  test.each(themes)('every text of a diagram is legible, of what is alive and was taken last, too: %s', async (theme) => {
    const page = await open('/support-agent', { theme, width: 1600 })
    const usual = await contrasts(page)
    await page.evaluate(() => {
      for (const state of document.querySelectorAll('.state')) state.setAttribute('data-alive', 'true')
      for (const label of document.querySelectorAll('.arrow-label')) label.setAttribute('data-mark', 'last')
    })
    const alive = await contrasts(page)
    await page.context().close()
    expect(usual.length).toBeGreaterThan(60)
    expect([...usual, ...alive].filter(({ ratio }) => ratio < 4.5)).toEqual([])
  })

  test('all of a diagram is seen at first, and again after it was moved', async () => {
    const page = await open('/support-agent', { theme: 'dark', width: 1600 })
    const diagram = page.getByRole('application')
    const outer = page.locator('[data-state="#support-agent"] .box')
    const fits = async () => {
      const [window, box] = [await diagram.boundingBox(), await outer.boundingBox()]
      return window !== null && box !== null && box.x >= window.x && box.y >= window.y && box.height <= window.height
    }
    expect(await fits()).toBe(true)
    await diagram.focus()
    for (const key of ['+', '+', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
    expect(await fits()).toBe(false)
    await page.getByRole('button', { name: 'Show all of it' }).click()
    expect(await fits()).toBe(true)
    const before = await outer.boundingBox()
    await page.mouse.move(600, 500)
    await page.mouse.wheel(30, 40)
    await expect.poll(async () => (await outer.boundingBox())?.y).toBeCloseTo((before?.y ?? 0) - 40, 0)
    await page.context().close()
  })

  test('a state chosen in the diagram is unfolded and chosen in the tree; dragging chooses nothing', async () => {
    const page = await open('/support-agent', { theme: 'light', width: 1600 })
    const session = page.getByRole('treeitem', { name: /^session/ })
    await session.click()
    await page.getByRole('tree').press('ArrowLeft')
    await page.getByRole('treeitem', { name: 'running' }).waitFor({ state: 'detached' })
    const box = (await page.locator(running).boundingBox()) ?? { x: 0, y: 0 }
    await page.mouse.move(box.x + 20, box.y + 10)
    await page.mouse.down()
    await page.mouse.move(box.x + 60, box.y + 30, { steps: 4 })
    await page.mouse.up()
    expect(new URL(page.url()).searchParams.get('state')).toBe('session')
    await page.locator(running).click()
    await page.getByRole('treeitem', { name: 'running', selected: true }).waitFor()
    await page.getByRole('region', { name: 'State running' }).getByRole('button', { name: 'failed' }).click()
    await page.getByRole('treeitem', { name: /^failed/, selected: true }).waitFor()
    await page.context().close()
  })
})

/** WCAG 2.2, 1.4.3, computed: axe does not look at texts in SVG. Colours are painted once, so that mixed ones have numbers, too. */
function contrasts(page: Page): Promise<{ text: string; ratio: number }[]> {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 1
    const brush = canvas.getContext('2d', { willReadFrequently: true })
    const luminance = (...colours: readonly string[]): number => {
      if (!brush) return 0
      for (const colour of colours) {
        brush.fillStyle = colour
        brush.fillRect(0, 0, 1, 1)
      }
      const [r = 0, g = 0, b = 0] = [...brush.getImageData(0, 0, 1, 1).data].map((value) => {
        const part = value / 255
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const paper = getComputedStyle(document.body).backgroundColor
    return [...document.querySelectorAll<SVGTextContentElement>('.diagram text, .diagram tspan')].map((text) => {
      const badge = text.matches('.badge-text') ? text.parentElement?.querySelector('.badge') : undefined
      const under = badge ?? text.closest('g')?.querySelector('.box, :scope > rect:not(.badge)')
      const behind = luminance(paper, under ? getComputedStyle(under).fill : paper)
      const front = luminance(getComputedStyle(text).fill)
      return {
        text: text.textContent ?? '',
        ratio: (Math.max(front, behind) + 0.05) / (Math.min(front, behind) + 0.05),
      }
    })
  })
}
