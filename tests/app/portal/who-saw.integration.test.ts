import { expect } from 'chai'
import type { Browser, Locator } from 'playwright-core'
import { seedDemo } from '../../../app/demo/seed.ts'
import { accountId } from '../../../app/door/account-id.ts'
import type { Role } from '../../../contracts/services.ts'
import { eventually } from '../../support/poll.ts'
import { browserSession } from '../gateway/browser-session.ts'
import { startCampus, type Campus } from '../gateway/campus.ts'
import { startBrowser } from './browser.ts'
import { startCampusLedger, type CampusLedger } from './campus-ledger.ts'
import { nextWeekday, openPortal, type Look, type PortalPage } from './portal-page.ts'

const reason = 'Covering for the advisor, who is ill this week'
const student = 'student@university-a.example'
/** Whom nobody of staff advises and whom the persona instructor may not teach. */
const stranger = accountId('student39@university-a.example')

describe('the portal over the real ledger', function () {
  let ledger: CampusLedger
  let campus: Campus
  let browser: Browser
  before(async () => {
    ledger = await startCampusLedger()
    campus = await startCampus({ ledger: ledger.parts })
    await seedDemo(
      { databaseUrl: campus.database.url('seed_app'), otlpEndpoint: 'http://127.0.0.1:9' },
      new Date().toISOString().slice(0, 10),
    )
    browser = await startBrowser()
  })
  after(async () => {
    await browser?.close()
    await campus?.stop()
    await ledger?.stop()
  })
  beforeEach(() => campus.advance(10_000))

  async function open(role: Role, look: Look = { width: 'desktop' }): Promise<PortalPage> {
    const portal = await openPortal(browser, campus, look)
    await portal.logIn(`${role}@university-a.example`)
    return portal
  }

  /** Reads the student's transcript as somebody else, by the API. */
  async function read(role: Role): Promise<number> {
    const session = browserSession(campus)
    const { accessToken } = await session.logIn(`${role}@university-a.example`)
    const { status } = await session.fetch(`/api/academics/students/${accountId(student)}/transcript`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    return status
  }

  /** Opens the page again until the ledger shows what was written a moment ago. */
  async function untilTold({ goTo }: PortalPage, entry: Locator): Promise<void> {
    await eventually('the ledger tells of it', async () => {
      await goTo('Home')
      await goTo('Who saw my record')
      return (await entry.count()) > 0
    })
  }

  it('tells a student who looked, why, and who was refused', async () => {
    // In this order, so that what the page waits for is the last to be written.
    const statuses: number[] = []
    for (const role of ['student', 'staff', 'registrar', 'faculty', 'admin'] as const) {
      statuses.push(await read(role))
    }
    expect(statuses).to.deep.equal([200, 200, 200, 200, 403])
    const portal = await open('student', { width: 'small' })
    const { page, errors, check, close } = portal
    const others = page.getByRole('region', { name: 'Other people' }).getByRole('listitem')
    await untilTold(portal, others.filter({ hasText: 'An administrator tried to read your transcript' }))
    for (const sentence of [
      'Academic advisor read your transcript.',
      'Registrar of record read your transcript.',
      /Instructor of .* read your transcript\./,
      'An administrator tried to read your transcript and was refused.',
    ]) {
      expect(await others.filter({ hasText: sentence }).count(), String(sentence)).to.equal(1)
    }
    expect(await others.first().getByText('demo', { exact: true }).count()).to.equal(1)
    await page.getByText(/^Your own visits/).click()
    await check('who-saw')
    expect(errors).to.deep.equal([])
    await close()
  })

  it('asks staff for a typed reason, opens for it, and shows the reason to the student', async () => {
    const staff = await open('staff')
    await staff.goTo('Students')
    await staff.page.getByLabel('Student id').fill(stranger)
    await staff.page.getByRole('button', { name: 'Open', exact: true }).last().click()
    const field = staff.page.getByLabel('Reason')
    await field.waitFor()
    await staff.check('break-glass-form')
    await field.fill('aaaaaaaaaaaaaaaaaaaaaaaaa')
    await staff.page.getByRole('button', { name: 'Open the record' }).click()
    await staff.page.getByRole('alert').waitFor()
    await field.fill(reason)
    await staff.page.getByRole('button', { name: 'Open the record' }).click()
    await staff.page.getByText(/^Opened with a typed reason/).waitFor()
    await staff.check('break-glass-open')
    // A 403 is how a reason is asked for; the browser notes each.
    expect(staff.errors.filter((text) => !text.includes('403'))).to.deep.equal([])
    await staff.close()
    const session = browserSession(campus)
    const { accessToken } = await session.logIn('registrar@university-a.example')
    await eventually('the ledger holds the reason', async () => {
      const answer = await session.fetch(`/api/academics/students/${stranger}/accesses`, {
        headers: { authorization: `Bearer ${accessToken}` },
      })
      return (await answer.text()).includes(reason)
    })
  })

  it('says in plain words that a time was taken a moment ago', async () => {
    const [first, second] = [await open('student'), await open('faculty', { width: 'small' })]
    const day = nextWeekday()
    for (const { page, goTo } of [first, second]) {
      await goTo('Book a room')
      await page.getByLabel('Day').fill(day)
      await page.getByLabel('From').waitFor()
    }
    await first.page.getByRole('button', { name: 'Book', exact: true }).click()
    await first.page
      .getByText(/Booked from/)
      .first()
      .waitFor()
    await second.page.getByRole('button', { name: 'Book', exact: true }).click()
    const alert = second.page.getByRole('alert')
    await alert.getByText('Somebody else has just booked this time.').waitFor()
    await alert.getByText('Nothing was booked. Choose another time, or another room.').waitFor()
    await second.check('book-conflict')
    expect(second.errors.filter((text) => !text.includes('409'))).to.deep.equal([])
    await first.close()
    await second.close()
  })

  const pages = {
    registrar: ['Home', 'Students', 'Book a room', 'GPA'],
    staff: ['Home', 'Students', 'Book a room', 'GPA'],
    faculty: ['Home', 'Students', 'Book a room', 'GPA'],
    parent: ['Home', 'My student', 'GPA'],
    admin: ['Home', 'Accounts', 'Book a room'],
    auditor: ['Home'],
  } as const

  for (const role of Object.keys(pages) as (keyof typeof pages)[]) {
    it(`gives ${role} their own pages and no more, at 360 pixels`, async () => {
      const portal = await open(role, { width: 'small', dark: ['admin', 'staff', 'parent'].includes(role) })
      expect(await portal.titles()).to.deep.equal(pages[role])
      await portal.check(`home-${role}`)
      for (const title of pages[role].slice(1)) {
        await portal.goTo(title)
        await portal.check(`${title.toLowerCase().replaceAll(' ', '-')}-${role}`)
      }
      expect(portal.errors).to.deep.equal([])
      await portal.close()
    })
  }

  for (const role of ['admin', 'auditor'] as const) {
    it(`shows an ${role} no education record, by page or by API`, async () => {
      const portal = await open(role)
      const asked: string[] = []
      portal.page.on('request', (request) => asked.push(new URL(request.url()).pathname))
      for (const path of ['students', 'transcript', 'who-saw', 'family']) {
        await portal.page.goto(`${campus.urls.gateway}/#/${path}`)
        await portal.page.getByRole('heading', { level: 1, name: 'Good to see you' }).waitFor()
      }
      expect(asked.filter((path) => path.startsWith('/api/academics'))).to.deep.equal([])
      await portal.close()
      expect(await read(role)).to.equal(403)
    })
  }

  it('opens a record to the registrar, who keeps them all', async () => {
    const { page, goTo, check, close, errors } = await open('registrar')
    await goTo('Students')
    await page
      .getByRole('button', { name: /^Open the transcript of/ })
      .first()
      .click()
    await page.getByText(/^You see this as registrar of record/).waitFor()
    await check('students-registrar')
    expect(errors).to.deep.equal([])
    await close()
  })

  it('lets a parent read the record of a dependent student, and tells the student', async () => {
    const { page, goTo, check, close, errors } = await open('parent', { width: 'phone' })
    await goTo('My student')
    await page.getByRole('button', { name: /^Open the transcript of/ }).click()
    await page.getByText(/^You see this as a parent/).waitFor()
    await check('my-student-open')
    expect(errors).to.deep.equal([])
    await close()
    const portal = await open('student')
    const entry = portal.page
      .getByRole('listitem')
      .filter({ hasText: 'Parent on record read your transcript' })
    await untilTold(portal, entry)
    expect(await entry.getByText(/A parent of a dependent student may see the record\.$/).count()).to.equal(1)
    await portal.check('who-saw')
    await portal.close()
  })
})
