import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { launchBrowser, type Browser } from '../support/browser.ts'
import { openConsole, type Look } from './console-page.ts'
import { enqueue, makeHome, startConsoleProcess, type ConsoleUnderTest } from './console-process.ts'
import { startFakeHouse, traceId, type FakeHouse } from './fake-house.ts'
import { inboxKey } from './inbox/events.ts'
import { pageAlert, ticketAlert } from './inbox/sent-by-alertmanager.ts'

const runbook = `# High error rate

## Meaning

More than **1 %** of the requests of a service end in a 5xx. See [the dashboard](/dashboards/campanile-slo).

| Step | Query |
| --- | --- |
| Which route | \`sum by (route)(rate(http_server_request_duration_seconds_count{status="5xx"}[5m]))\` |

1. Look at the traces.
2. Turn back the last release:

   \`\`\`
   git revert HEAD # ${'and a line that is much longer than a phone is wide '.repeat(3)}
   \`\`\`

> Nobody is paged twice for the same thing.

<script>alert(1)</script>
`

const pages: readonly (readonly [string, string])[] = [
  ['status', '/'],
  ['inbox', '/inbox'],
  ['incident', '/inbox/1'],
  ['dashboards', '/dashboards'],
  ['dashboard', '/dashboards/campanile-slo?var-tenant=university_a'],
  ['traces', '/traces?service=gateway&status=error'],
  ['traces-of-tenant', '/traces?tenant=university_a'],
  ['trace', `/traces/${traceId}`],
  ['ledger', '/ledger'],
  ['privacy', '/privacy'],
  ['posture', '/posture'],
  ['runbooks', '/runbooks'],
  ['runbook', '/runbooks/HighErrorRate'],
]

const looks: readonly Look[] = [
  { width: 360 },
  { width: 390 },
  { width: 390, isDark: true },
  { width: 1280 },
  { width: 1280, isDark: true },
]

describe('the console in a browser', function () {
  const { home, remove } = makeHome()
  let house: FakeHouse
  let under: ConsoleUnderTest
  let browser: Browser
  before(async () => {
    const runbooks = join(home, 'runbooks')
    mkdirSync(runbooks)
    for (const name of ['HighErrorRate', 'HighCpuUsage', 'LedgerChainBroken'])
      writeFileSync(join(runbooks, `${name}.md`), runbook)
    house = await startFakeHouse()
    house.alerts = [
      { alertname: 'HighErrorRate', severity: 'critical', service: 'academics', tenant: 'university_a' },
      { alertname: 'HighCpuUsage', severity: 'warning' },
    ]
    under = await startConsoleProcess({
      home,
      house: house.port,
      environment: { CAMPANILE_RUNBOOKS_DIR: runbooks },
    })
    await enqueue(under.url, pageAlert(1, under.url))
    await enqueue(under.url, pageAlert(2, under.url))
    await enqueue(under.url, ticketAlert('disk'))
    await enqueue(under.url, ticketAlert('memory'))
    await enqueue(under.url, { routing_key: inboxKey, event_action: 'resolve', dedup_key: 'memory' })
    browser = await launchBrowser()
  })
  after(async () => {
    await browser?.close()
    await under?.kill()
    await house?.stop()
    remove()
  })

  const visit = (look: Look) => openConsole(browser.context, under.url, look)

  for (const look of looks) {
    it(`is clean on every page at ${look.width} px${look.isDark === true ? ', dark' : ''}`, async () => {
      const { open, logIn, check, close } = await visit(look)
      await check('login')
      await logIn()
      for (const [name, path] of pages) {
        await open(path)
        await check(name)
      }
      await close()
    })
  }

  it('leads to the login and back to the page that was wanted', async () => {
    const { page, close } = await visit({ width: 1280 })
    await page.goto(`${under.url}/traces?service=gateway`)
    expect(new URL(page.url()).pathname).to.equal('/login')
    await page.getByLabel('E-mail').fill('viewer@console.example')
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Password').fill('a password for tests only')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.waitForURL(`${under.url}/traces?service=gateway`)
    await close()
  })

  it('keeps somebody logged in who comes by a link of another site', async () => {
    const { page, logIn, close } = await visit({ width: 1280 })
    await page.route('https://mail.example/', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<a href="${under.url}/inbox/1">Incident</a>` }),
    )
    const follow = async () => {
      await page.goto('https://mail.example/')
      await page.getByRole('link').click()
    }
    await follow()
    await page.getByRole('button', { name: 'Log in' }).waitFor()
    await logIn()
    await follow()
    await page.getByRole('heading', { name: 'Timeline' }).waitFor()
    expect(page.url()).to.equal(`${under.url}/inbox/1`)
    await close()
  })

  it('lets an sre acknowledge and resolve by the keyboard alone', async () => {
    const { page, open, logIn, close, errors } = await visit({ width: 1280 })
    await logIn('sre')
    await open('/inbox/2')
    for (const [name, state] of [
      ['Acknowledge', 'acknowledged'],
      ['Resolve', 'resolved'],
    ] as const) {
      await page.getByRole('button', { name }).focus()
      await page.keyboard.press('Enter')
      await page.locator('main .tags', { hasText: state }).waitFor()
    }
    await page.getByText('by sre@console.example here').first().waitFor()
    expect(errors).to.deep.equal([])
    await close()
  })

  it('offers a viewer no button that would be refused', async () => {
    const { page, open, logIn, close } = await visit({ width: 1280 })
    await logIn('viewer')
    await open('/inbox/1')
    expect(await page.getByRole('button', { name: 'Acknowledge' }).count()).to.equal(0)
    await close()
  })

  it('shows a new incident without a reload', async () => {
    const { page, open, logIn, close } = await visit({ width: 1280 })
    await logIn()
    await open('/inbox')
    await enqueue(under.url, ticketAlert('later', 'Outbox of booking lags'))
    await page.getByRole('link', { name: 'Outbox of booking lags' }).waitFor()
    await close()
  })

  it('follows an incident to its runbook on this console', async () => {
    const { page, open, logIn, close } = await visit({ width: 1280 })
    await logIn()
    await open('/inbox/1')
    await page.getByRole('link', { name: 'Runbook', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'High error rate' }).waitFor()
    expect(new URL(page.url()).origin).to.equal(under.url)
    expect(await page.locator('main script').count()).to.equal(0)
    await close()
  })

  it('says that Prometheus is away, and asks the health pages instead', async () => {
    const { page, open, logIn, check, close } = await visit({ width: 390 })
    await logIn()
    house.broken.add('/api/v1/query')
    await open('/')
    await page.getByText(/^Prometheus answered 503/).waitFor()
    await check('status-blind')
    expect(await page.getByText('answers its health check').count()).to.be.above(3)
    house.broken.delete('/api/v1/query')
    await close()
  })
})

describe('the console while nobody else runs', () => {
  const { home, remove } = makeHome()
  let under: ConsoleUnderTest
  let browser: Browser
  before(async () => {
    under = await startConsoleProcess({ home })
    browser = await launchBrowser()
  })
  after(async () => {
    await browser?.close()
    await under?.kill()
    remove()
  })

  for (const look of [{ width: 390 }, { width: 1280 }] as const) {
    it(`says on every page what cannot be known, at ${look.width} px`, async () => {
      const { page, errors, open, logIn, close } = await openConsole(browser.context, under.url, look)
      await logIn()
      await page.getByText('Prometheus does not answer: connection refused').first().waitFor()
      expect(await page.getByText('Well', { exact: true }).count()).to.be.at.most(1)
      for (const path of ['/traces', '/ledger', '/privacy', '/posture']) {
        await open(path)
        await page.getByRole('alert').waitFor()
      }
      for (const path of ['/inbox', '/runbooks', '/dashboards']) await open(path)
      // The browser itself reports each answer 502 of those four.
      expect(errors.filter((text) => !text.includes('502'))).to.deep.equal([])
      await close()
    })
  }

  it('scrolls the queries of every runbook inside their boxes on a phone, and nothing sideways', async () => {
    const look = { width: 360 } as const
    const { page, errors, open, logIn, close } = await openConsole(browser.context, under.url, look)
    await logIn()
    const names = readdirSync('docs/runbooks').map((file) => file.replace(/\.md$/, ''))
    const wide: string[] = []
    for (const name of names.filter((file) => file !== 'README')) {
      await open(`/runbooks/${name}`)
      if ((await page.evaluate('document.documentElement.scrollWidth')) !== look.width) wide.push(name)
    }
    expect(wide).to.deep.equal([])
    expect(errors).to.deep.equal([])
    await close()
  })
})
