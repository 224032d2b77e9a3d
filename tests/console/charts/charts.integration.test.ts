import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Locator, Page } from 'playwright-core'
import { launchBrowser, type Browser } from '../../support/browser.ts'
import { eventually } from '../../support/poll.ts'
import { openChartPage, recording, refusedQuery, type ChartPage } from './chart-page.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const wide = { width: 1280, height: 900 }
const phone = { width: 390, height: 844 }

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

describe('a dashboard in a browser', () => {
  let browser: Browser
  let server: ChartPage
  let page: Page
  let errors: string[]

  before(async () => {
    ;[browser, server] = await Promise.all([launchBrowser(wide), openChartPage()])
  })

  after(async () => {
    await browser.close()
    await server.close()
  })

  beforeEach(async () => {
    page = await browser.context.newPage()
    errors = []
    page.on('pageerror', (error) => errors.push(String(error)))
    page.on('console', (message) => {
      // The browser itself reports the one query that is meant to be refused.
      const { url } = message.location()
      const isMeant = URL.canParse(url) && new URL(url).searchParams.get('query') === refusedQuery
      if (message.type() === 'error' && !isMeant) errors.push(message.text())
    })
    server.asked.length = 0
  })

  afterEach(async () => {
    server.breakPrometheus(false)
    await page.close()
    expect(errors).to.deep.equal([])
  })

  // Asked from outside: the page's own policy refuses the functions a browser test would put into it.
  const settled = () =>
    eventually('every panel is drawn', () =>
      page.evaluate<boolean>(
        "document.querySelector('.panel') !== null && !document.querySelector('[aria-busy]') && !document.body.innerText.includes('Loading…')",
      ),
    )
  const nextFrame = () =>
    page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))')
  const open = async (query = '') => {
    await page.goto(server.url + query)
    await settled()
  }
  const panel = (title: string): Locator => page.getByRole('region', { name: title, exact: true })
  const picture = (title: string) =>
    panel(title)
      .locator('canvas')
      .first()
      .evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL())
  const address = () => new URL(page.url()).searchParams

  describe('every kind of panel', () => {
    it('draws what was measured', async () => {
      await open()
      expect(await panel('Requests').locator('.stat-value').textContent()).to.equal('7.50 req/s')
      expect(await panel('Requests').locator('.spark-line').count()).to.equal(1)
      expect(await panel('Logs verified').locator('.stat-value').textContent()).to.equal('verified')
      expect(await panel('Fullest disk').getByRole('meter').getAttribute('aria-valuetext')).to.match(/ %$/)
      expect(await panel('Space used').locator('.bar-row').count()).to.be.above(0)
      expect(await panel('Log lines').locator('li').count()).to.be.above(1)
      const services = await panel('Requests by service').locator('tbody th').allTextContents()
      expect(services).to.include.members(['gateway', 'academics', 'booking'])
      expect(await panel('Requests by route').locator('tbody tr').count()).to.be.above(5)
      for (const title of ['Requests by service', 'Latency distribution', 'Answers by status']) {
        expect((await picture(title)).length, title).to.be.above(3_000)
      }
    })

    it('is a region with its title and its description', async () => {
      await open()
      const regions = page.locator('.panel')
      expect(await regions.count()).to.be.above(12)
      for (const region of await regions.all()) {
        const [title, about] = await Promise.all([
          region.getAttribute('aria-labelledby'),
          region.getAttribute('aria-describedby'),
        ])
        expect(await page.locator(`#${title}`).textContent()).not.to.equal('')
        expect(await page.locator(`#${about}`).textContent()).not.to.equal('')
      }
    })

    it('says in words that there is nothing, and what was refused, and leaves the others alone', async () => {
      await open()
      expect(await panel('Canaries leaked').textContent()).to.include('No data')
      expect(await panel('A query that is refused').locator('.chart-fault').textContent()).to.include(
        'parse error',
      )
      expect(await page.locator('.chart-fault').count()).to.equal(1)
    })
  })

  for (const [name, viewport] of Object.entries({ wide, phone })) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`is clean and fits at ${name} in ${colorScheme}`, async () => {
        await page.setViewportSize(viewport)
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await open()
        const folder = process.env['CAMPANILE_SCREENSHOTS']
        if (folder !== undefined) {
          await page.screenshot({
            path: join(folder, `dashboard-${viewport.width}-${colorScheme}.png`),
            fullPage: true,
          })
        }
        await page.evaluate(axe)
        const { violations } = (await page.evaluate(
          'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] })',
        )) as AxeResult
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
        ).to.deep.equal([])
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).to.be.at.most(0)
      })
    }
  }

  describe('by keys alone', () => {
    it('tells the figures of every moment', async () => {
      await open()
      const slider = panel('Requests by service').getByRole('slider')
      await slider.focus()
      const last = await slider.getAttribute('aria-valuetext')
      await page.keyboard.press('ArrowLeft')
      await page.keyboard.press('ArrowLeft')
      const before = await slider.getAttribute('aria-valuetext')
      expect(before).to.match(/gateway [\d.]+ req\/s/)
      expect(before).not.to.equal(last)
      expect(await panel('Requests by service').locator('.chart-tip').isVisible()).to.equal(true)
    })

    it('shows one series alone, and all of them again', async () => {
      await open()
      const all = await picture('Requests by service')
      const button = panel('Requests by service').getByRole('button', { name: 'gateway' })
      await button.press('Enter')
      expect(await button.getAttribute('aria-pressed')).to.equal('true')
      await nextFrame()
      expect(await picture('Requests by service')).not.to.equal(all)
      await button.press('Enter')
      await nextFrame()
      expect(await picture('Requests by service')).to.equal(all)
    })

    it('puts a table in the order of a column and stays there', async () => {
      await open()
      const table = panel('Requests by route')
      const first = () => table.locator('tbody tr').first().textContent()
      const largest = await first()
      await table.getByRole('button', { name: 'Requests' }).press('Enter')
      expect(await first()).not.to.equal(largest)
      expect(await table.locator('th[aria-sort="ascending"]').textContent()).to.equal('Requests')
      expect(await page.evaluate('document.activeElement.textContent')).to.equal('Requests')
    })

    it('folds rows, and asks for what was folded once it is opened', async () => {
      await open()
      expect(server.asked.some(({ parameters }) => parameters.get('query')?.includes('memory'))).to.equal(
        false,
      )
      await page.getByRole('button', { name: 'Folded' }).press('Enter')
      await panel('Memory').waitFor()
      await settled()
      await page.getByRole('button', { name: 'Summary' }).press('Enter')
      expect(await panel('Requests').count()).to.equal(0)
    })

    it('opens what a panel is about, and closes it', async () => {
      await open()
      const about = panel('Requests').getByLabel('About Requests')
      await about.press('Enter')
      expect(await panel('Requests').locator('.about p').isVisible()).to.equal(true)
      await about.press('Escape')
      expect(await panel('Requests').locator('.about p').isVisible()).to.equal(false)
    })
  })

  it('leads from an exemplar to its trace', async () => {
    await open()
    const links = panel('Latency percentiles').locator('a.exemplar')
    expect(await links.count()).to.be.within(1, 12)
    expect(await links.first().getAttribute('href')).to.match(/^\/traces\/[0-9a-f]{32}$/)
    expect(await links.first().getAttribute('aria-label')).to.match(/^Trace of a request of .* m?s at /)
  })

  it('tells what happened in the range, with the runbook of an alert', async () => {
    await open()
    await page.locator('.chart-marks summary').press('Enter')
    const link = page.locator('.chart-marks').getByRole('link').first()
    expect(await link.getAttribute('href')).to.equal('/runbooks/HighLatencyP95')
  })

  it('shows the crosshair on all charts', async () => {
    await open()
    await panel('Requests by service').locator('.u-over').hover()
    const other = panel('Latency distribution').locator('.u-cursor-x')
    await other.waitFor({ state: 'visible' })
    expect(await panel('Requests by service').locator('.chart-tip').isVisible()).to.equal(true)
    expect(await panel('Latency distribution').locator('.chart-tip').isVisible()).to.equal(false)
  })

  it('keeps what is chosen in the address and asks for it', async () => {
    await open()
    server.asked.length = 0
    await page.getByLabel('Tenant: All').press('Enter')
    await page.getByRole('checkbox', { name: 'university_a' }).press('Space')
    await page.getByLabel('Tenant: university_a').waitFor()
    await settled()
    expect(address().getAll('var-tenant')).to.deep.equal(['university_a'])
    const queries = server.asked.map(({ parameters }) => parameters.get('query') ?? '')
    expect(queries.some((query) => query.includes('tenant=~"university_a"'))).to.equal(true)
    expect(queries.every((query) => !query.includes('$'))).to.equal(true)
  })

  it('takes variables from a link, and keeps them inside their string', async () => {
    await open(`&var-tenant=${encodeURIComponent('x"} or vector(1) #')}`)
    const queries = server.asked.map(({ parameters }) => parameters.get('query') ?? '')
    const named = queries.filter((query) => query.includes('tenant=~'))
    expect(named).to.have.length.above(5)
    for (const query of named) expect(query).to.include(String.raw`tenant=~"x\"\\} or vector\\(1\\) #"`)
  })

  it('asks for another range, and for one that is dragged over a chart', async () => {
    await open()
    const plot = panel('Requests by service').locator('.u-over')
    const box = await plot.boundingBox()
    if (box === null) throw new Error('the chart is not shown')
    await page.mouse.move(box.x + box.width * 0.25, box.y + 20)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.75, box.y + 20, { steps: 4 })
    await page.mouse.up()
    await settled()
    const from = Number(address().get('from')) / 1_000
    expect(from).to.be.within(recording.start + 30, recording.start + 70)
    expect(Number(address().get('to')) / 1_000).to.be.within(recording.end - 70, recording.end - 30)
    await page.getByRole('combobox', { name: 'Time' }).selectOption({ label: 'Last 6 hours' })
    await settled()
    expect(address().get('from')).to.equal('now-6h')
    const last = server.asked.findLast(({ path }) => path.endsWith('query_range'))?.parameters
    expect(Number(last?.get('end')) - Number(last?.get('start'))).to.be.within(21_000, 22_200)
  })

  it('asks again by itself, for what is seen', async () => {
    await page.clock.install()
    await open('&refresh=10s')
    server.asked.length = 0
    await page.clock.fastForward(11_000)
    await eventually('it asks again', () => server.asked.some(({ isRefresh }) => isRefresh))
    expect(server.asked.every(({ isRefresh }) => isRefresh)).to.equal(true)
  })

  it('asks nothing more once somebody has left', async () => {
    await page.clock.install()
    await open('&refresh=10s')
    await page.getByRole('navigation').getByRole('link', { name: 'Dashboards' }).click()
    await page.getByText('No dashboards').waitFor()
    server.asked.length = 0
    await page.clock.fastForward(61_000)
    await page.evaluate('fetch("/api/session")')
    expect(server.asked).to.deep.equal([])
  })

  it('draws anew when light turns to dark', async () => {
    await page.emulateMedia({ colorScheme: 'light' })
    await open()
    const light = await picture('Requests by service')
    await page.emulateMedia({ colorScheme: 'dark' })
    await eventually('the chart is dark', async () => (await picture('Requests by service')) !== light)
  })

  it('says so where Prometheus is away, and comes back', async () => {
    server.breakPrometheus(true)
    await open()
    expect(await page.locator('.chart-fault').count()).to.be.above(10)
    expect(await page.locator('.chart-toolbar > .chart-status').textContent()).to.match(/does not answer/)
    errors.length = 0
    server.breakPrometheus(false)
    await page.getByRole('button', { name: 'Refresh' }).click()
    await settled()
    expect(await page.locator('.chart-fault').count()).to.equal(1)
  })
})
