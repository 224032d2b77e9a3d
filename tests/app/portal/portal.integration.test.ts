import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { seedDemo } from '../../../app/demo/seed.ts'
import { startCampus, type Campus } from '../gateway/campus.ts'
import { startBrowser } from './browser.ts'
import { nextWeekday, openPortal, type Look } from './portal-page.ts'

/** A campus whose ledger and collector are away: the portal works, and says what does not. */
describe('the portal in a browser', () => {
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
    await campus?.stop()
  })
  beforeEach(() => campus.advance(10_000))

  const open = (look: Look) => openPortal(browser, campus, look)

  it('tells a wrong password from nothing else', async () => {
    const { page, check, close } = await open({ width: 'phone' })
    await check('login')
    await page.getByLabel('E-mail').fill('student@university-a.example')
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('alert').waitFor()
    await check('login-refused')
    await close()
  })

  const looks: readonly Look[] = [
    { width: 'phone' },
    { width: 'phone', dark: true },
    { width: 'desktop' },
    { width: 'desktop', dark: true },
  ]
  for (const look of looks) {
    it(`lets a student book, compute and read on a ${look.dark === true ? 'dark' : 'light'} ${look.width}`, async () => {
      const { page, errors, logIn, goTo, check, close } = await open(look)
      await logIn('student@university-a.example')
      await check('home-student')
      await goTo('My transcript')
      await page.getByText('grade point average', { exact: true }).waitFor()
      await check('transcript')
      await goTo('GPA')
      await page.getByRole('button', { name: 'Compute' }).click()
      await page.getByText('4.00', { exact: true }).waitFor()
      await check('gpa')
      await goTo('Book a room')
      await page.getByLabel('Day').fill(nextWeekday())
      await page.getByLabel('From').waitFor()
      await page.getByRole('button', { name: 'Book', exact: true }).click()
      await page
        .getByText(/Booked from/)
        .first()
        .waitFor()
      await check('book')
      await goTo('Who saw my record')
      await page.getByRole('alert').waitFor()
      expect(await page.getByText(/^Trace [0-9a-f]{32}$/).count()).to.equal(1)
      await check('who-saw-away')
      expect(errors.filter((text) => !text.includes('503'))).to.deep.equal([])
      await page.getByRole('button', { name: 'Log out' }).click()
      await page.getByText('You are logged out.').waitFor()
      await close()
    })
  }

  it('stays logged in over a reload, by the cookie alone', async () => {
    const { page, logIn, close } = await open({ width: 'desktop' })
    await logIn('faculty@university-a.example')
    await page.reload()
    await page.getByRole('navigation').waitFor()
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, document.cookie])')).not.to.match(
      /eyJ|refresh/,
    )
    await close()
  })
})
