import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { sharedAppliance, type Appliance } from '../support/appliance.ts'
import { collectErrors, launchBrowser, type Browser } from '../support/browser.ts'
import { eventually } from '../support/poll.ts'

describe('the portal in a browser, on the whole appliance', function () {
  let appliance: Appliance
  let browser: Browser
  let page: Page
  let errors: readonly string[]

  before(async () => {
    appliance = await sharedAppliance()
  })
  beforeEach(async () => {
    browser = await launchBrowser()
    page = await browser.context.newPage()
    errors = collectErrors(page)
    await page.goto(appliance.url('gateway'))
  })
  afterEach(() => browser.close())

  async function logIn(email: string): Promise<void> {
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password').fill(appliance.account(email).password)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('navigation').waitFor()
  }
  const goTo = (name: string) => page.getByRole('navigation').getByRole('link', { name }).click()

  it('lets a student read, compute, look for rooms and see who looked, without a console error', async () => {
    await logIn('student@university-a.example')
    await goTo('My transcript')
    await page.getByText('grade point average', { exact: true }).waitFor()
    await goTo('GPA')
    await page.getByRole('button', { name: 'Compute' }).click()
    await page.getByText('4.00', { exact: true }).waitFor()
    await goTo('Book a room')
    await page.getByLabel('Day').waitFor()
    await goTo('Who saw my record')
    await page.getByRole('heading', { name: 'Other people' }).waitFor()
    expect(await page.getByRole('alert').count()).to.equal(0)
    expect(errors).to.deep.equal([])
  })

  it('shows faculty their students and why a record opens, without a console error', async () => {
    await logIn('faculty@university-a.example')
    await goTo('Students')
    await page
      .getByRole('button', { name: /^Open the transcript of/ })
      .first()
      .click()
    await page.getByText(/You see this because/).waitFor()
    expect(errors).to.deep.equal([])
  })

  it('shows the registrar the students of the tenant, without a console error', async () => {
    await logIn('registrar@university-a.example')
    await goTo('Students')
    await page
      .getByRole('button', { name: /^Open the transcript of/ })
      .first()
      .waitFor()
    expect(errors).to.deep.equal([])
  })

  it('sends what the browser sees through the fence into the store', async () => {
    await logIn('student@university-a.example')
    await eventually('telemetry of the portal is stored', async () => {
      const response = await fetch(`${appliance.url('query')}/api/logs?service=campus-portal&limit=50`)
      return ((await response.json()) as { logs: readonly unknown[] }).logs.length > 0
    })
  })
})
