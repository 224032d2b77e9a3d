import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { seedDemo } from '../../../app/demo/seed.ts'
import { password, startCampus, type Campus } from '../gateway/campus.ts'
import { newContext, startBrowser, widths } from './browser.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

describe('the portal in a browser', function () {
  this.timeout(180_000)
  let campus: Campus
  let browser: Browser
  before(async () => {
    campus = await startCampus()
    await seedDemo(
      { databaseUrl: campus.database.url('seed_app'), otlpEndpoint: 'http://127.0.0.1:9' },
      new Date().toISOString().slice(0, 10),
    )
    browser = await startBrowser()
  })
  after(async () => {
    await browser?.close()
    await campus.stop()
  })
  beforeEach(() => campus.advance(10_000))

  async function open(width: keyof typeof widths, dark = false): Promise<{ page: Page; errors: string[] }> {
    const context = await newContext(browser, width, dark)
    const page = await context.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      // The collector is away in this test, which the browser itself reports; nothing else may.
      if (message.type() === 'error' && !message.location().url.includes(':9/collect'))
        errors.push(message.text())
    })
    await page.goto(campus.urls.gateway)
    return { page, errors }
  }

  async function logIn(page: Page, email: string): Promise<void> {
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('navigation').waitFor()
  }

  const goTo = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name }).click()

  /** Checks what a machine can: WCAG 2.1 A and AA, no sideways scrolling. */
  async function check(page: Page, name: string): Promise<void> {
    const folder = process.env['CAMPANILE_SCREENSHOTS']
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
    await page.evaluate(axe)
    const { violations } = (await page.evaluate(
      'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] })',
    )) as AxeResult
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
    expect(found, name).to.deep.equal([])
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(overflow, `${name} scrolls sideways`).to.be.at.most(0)
  }

  it('tells a wrong password from nothing else', async () => {
    const { page } = await open('phone')
    await check(page, 'login-phone')
    await page.getByLabel('E-mail').fill('student@university-a.example')
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('alert').waitFor()
    await check(page, 'login-refused-phone')
    await page.context().close()
  })

  for (const [width, dark] of [
    ['phone', false],
    ['desktop', true],
  ] as const) {
    it(`lets a student book, compute and read on a ${width}`, async () => {
      const { page, errors } = await open(width, dark)
      await logIn(page, 'student@university-a.example')
      await check(page, `home-${width}`)
      await goTo(page, 'My transcript')
      await page.getByText('grade point average', { exact: true }).waitFor()
      await check(page, `transcript-${width}`)
      await goTo(page, 'GPA')
      await page.getByRole('button', { name: 'Compute' }).click()
      await page.getByText('4.00', { exact: true }).waitFor()
      await check(page, `gpa-${width}`)
      await goTo(page, 'Book a room')
      const day = page.getByLabel('Day')
      await day.fill(nextWeekday())
      await page.getByLabel('From').waitFor()
      await page.getByRole('button', { name: 'Book', exact: true }).click()
      await page
        .getByText(/Booked from/)
        .first()
        .waitFor()
      await check(page, `book-${width}`)
      await goTo(page, 'Who saw my record')
      // The ledger is away in this test: the page says so, with its trace.
      await page.getByRole('alert').waitFor()
      expect(await page.getByText(/^Trace [0-9a-f]{32}$/).count()).to.equal(1)
      await check(page, `who-saw-${width}`)
      expect(errors.filter((text) => !text.includes('503'))).to.deep.equal([])
      await page.getByRole('button', { name: 'Log out' }).click()
      await page.getByText('You are logged out.').waitFor()
      await page.context().close()
    })
  }

  it('stays logged in over a reload, by the cookie alone', async () => {
    const { page } = await open('desktop')
    await logIn(page, 'faculty@university-a.example')
    await page.reload()
    await page.getByRole('navigation').waitFor()
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, document.cookie])')).not.to.match(
      /eyJ|refresh/,
    )
    await page.context().close()
  })

  it('opens the roster to faculty and asks anybody else for a typed reason', async () => {
    const { page, errors } = await open('desktop')
    await logIn(page, 'faculty@university-a.example')
    await goTo(page, 'Students')
    await page
      .getByRole('button', { name: /^Open the transcript of/ })
      .first()
      .click()
    await page.getByText(/You see this because/).waitFor()
    await check(page, 'students-desktop')
    await page.context().close()
    expect(errors).to.deep.equal([])
  })

  it('lists accounts to an admin and nothing of any record', async () => {
    const { page, errors } = await open('phone', true)
    await logIn(page, 'admin@university-a.example')
    expect(await page.getByRole('navigation').getByRole('link').allTextContents()).not.to.include('Students')
    await goTo(page, 'Accounts')
    await page.getByText('registrar@university-a.example').waitFor()
    await check(page, 'accounts-phone')
    expect(errors).to.deep.equal([])
    await page.context().close()
  })
})

/** The next Monday to Friday after tomorrow, `YYYY-MM-DD`. */
function nextWeekday(): string {
  const date = new Date(Date.now() + 2 * 86_400_000)
  while (date.getUTCDay() === 0 || date.getUTCDay() === 6) date.setUTCDate(date.getUTCDate() + 1)
  return date.toISOString().slice(0, 10)
}
