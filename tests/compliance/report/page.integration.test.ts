import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { writeHtml } from '../../../compliance/report/html.ts'
import { collectErrors, launchBrowser, type Browser } from '../../support/browser.ts'
import { postureOf } from './posture-of.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const widths = { phone: 360, desktop: 1280 } as const

describe('the page of the report', function () {
  this.timeout(60_000)
  let browser: Browser
  let folder: string

  before(async () => {
    browser = await launchBrowser()
    folder = mkdtempSync(join(tmpdir(), 'campanile-report-'))
  })
  after(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  for (const [name, width] of Object.entries(widths)) {
    for (const scheme of ['light', 'dark'] as const) {
      for (const sample of ['bad', 'good', 'nothing'] as const) {
        it(`can be read by everybody at ${name} width, ${scheme}, with ${sample} results`, async () => {
          const file = join(folder, `${sample}.html`)
          writeFileSync(file, writeHtml(await postureOf(sample)))
          const page = await browser.context.newPage()
          const errors = collectErrors(page)
          const requests: string[] = []
          page.on('request', (request) => requests.push(request.url()))
          await page.emulateMedia({ colorScheme: scheme })
          await page.setViewportSize({ width, height: 800 })
          await page.goto(pathToFileURL(file).href)
          const shots = process.env['CAMPANILE_SCREENSHOTS']
          if (shots !== undefined) {
            await page.screenshot({
              path: join(shots, `report-${sample}-${name}-${scheme}.png`),
              fullPage: true,
            })
          }
          await page.evaluate(axe)
          const { violations } = (await page.evaluate(
            'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] })',
          )) as { violations: readonly { id: string; nodes: readonly { html: string }[] }[] }
          expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).to.deep.equal([])
          expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).to.be.at.most(0)
          expect(requests).to.have.lengthOf(1)
          expect(errors).to.deep.equal([])
          await page.close()
        })
      }
    }
  }
})
