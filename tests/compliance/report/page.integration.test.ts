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

describe('the page of the report', () => {
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
          // What is folded is read by nobody, and by no checker either.
          await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true')
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

  it('leads from a control of a framework to the lines of a file in three clicks', async () => {
    const file = join(folder, 'clicks.html')
    writeFileSync(file, writeHtml(await postureOf('bad')))
    const page = await browser.context.newPage()
    await page.goto(pathToFileURL(file).href)
    await page.click('#framework-soc2 > summary')
    await page.click('#framework-soc2 .controls a[href="#item-DBS-01"] >> nth=0')
    await page.click('#item-DBS-01 details.finding > summary')
    const lines = page.locator('#item-DBS-01 .hit')
    expect(await lines.isVisible()).to.equal(true)
    expect(await lines.textContent()).to.include('publicly_accessible = true')
    await page.close()
  })

  it('shows only what is ticked, and what a link leads to', async () => {
    const file = join(folder, 'filters.html')
    writeFileSync(file, writeHtml(await postureOf('bad')))
    const page = await browser.context.newPage()
    await page.goto(pathToFileURL(file).href)
    const shown = () => page.locator('article:visible').count()
    const all = await shown()
    await page.click('.filters > summary')
    await page.uncheck('#show-critical')
    const few = await shown()
    expect(few).to.be.within(1, all - 1)
    expect(await page.locator('#item-NET-01').isVisible()).to.equal(false)
    await page.goto(`${pathToFileURL(file).href}#item-NET-01`)
    expect(await page.locator('#item-NET-01').isVisible()).to.equal(true)
    await page.close()
  })
})
