import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong with a page, each with the first place where. */
export async function violations(page: Page): Promise<string[]> {
  // Run through the debugger, which a strict Content-Security-Policy does not stop.
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: (options: object) => Promise<{ violations: Found[] }> } }
    interface Found {
      id: string
      nodes: { html: string; failureSummary?: string }[]
    }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const { violations } = await axe.run({ runOnly: { type: 'tag', values: tags } })
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary?.slice(0, 300)}`)
  })
}
