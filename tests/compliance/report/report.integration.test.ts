import { expect } from 'chai'
import type { Posture } from '../../../contracts/posture.ts'
import { reportPolicy, writeHtml } from '../../../compliance/report/html.ts'
import { writeConsole } from '../../../compliance/report/console.ts'
import { postureOf } from './posture-of.ts'

const bad = () => postureOf('bad')
const reports = async (posture: Posture) => [writeConsole(posture), writeHtml(posture)]

describe('the reports', () => {
  it('say what is critical and what is unknown before any number of points', async () => {
    const text = writeConsole(await bad())
    const critical = text.indexOf('critical items fail')
    expect(critical).to.be.within(0, text.indexOf('Score:'))
    expect(text.indexOf('unknown')).to.be.within(0, text.indexOf('Score:'))
  })

  it('count controls instead of saying that anybody complies', async () => {
    for (const text of await reports(await bad())) {
      expect(text).to.match(/\d+ of \d+ mapped controls pass, \d+ unknown/)
      expect(text).not.to.match(/\bcompliant\b|\bcertified\b/i)
    }
  })

  it('name the place of every failure', async () => {
    for (const text of await reports(await bad())) {
      expect(text).to.match(/terraform\/data\.tf:147/)
      expect(text).to.include('publicly_accessible is true')
    }
  })

  it('show text of a scanned file as text, whatever is in it', async () => {
    const evil = '<img src=x onerror=alert(1)>\u001b[31m\u202e"\'&'
    const posture = await bad()
    const [item] = posture.items.filter(({ state }) => state === 'fail')
    const [finding] = item?.findings ?? []
    const changed: Posture = {
      ...posture,
      faults: [{ code: 'GATHER_SYNTAX', message: evil, file: evil, line: 1 }],
      items: posture.items.map((each) =>
        each !== item || finding === undefined
          ? each
          : { ...each, findings: [{ ...finding, found: evil, resource: evil }] },
      ),
    }
    const [text = '', page = ''] = await reports(changed)
    expect(text).not.to.match(/[\u001b\u202e]/)
    expect(page).not.to.match(/[\u001b\u202e]|<img/)
    expect(page).to.include('&lt;img src=x onerror=alert(1)&gt;')
  })

  it('show no secret of a file they found one in', async () => {
    for (const text of [...(await reports(await bad())), JSON.stringify(await bad())]) {
      expect(text).not.to.match(/wJalrXUtnFEMI|admin123(?!,)/)
    }
  })

  it('keep the page to itself: nothing is loaded and no script is there', async () => {
    const page = writeHtml(await bad())
    expect(page).not.to.match(/<script|<link|<img|\bsrc=|@import|url\(/)
    expect(page).to.include(`content="${reportPolicy.replaceAll("'", '&#39;')}"`)
  })

  it('say that nothing was found when nothing was', async () => {
    for (const text of await reports(await postureOf('nothing'))) {
      expect(text).to.include('nothing was found that could be judged')
      expect(text).to.include('unverified')
    }
  })

  it('say what changed since the scan before, and when that cannot be compared', async () => {
    const posture = await bad()
    const previous = { scannedAt: '2026-11-20T03:00:00.000Z', low: 64, isComparable: true }
    expect(writeConsole({ ...posture, previous })).to.match(/fell by [\d.]+ points since/)
    const other = { ...previous, isComparable: false }
    expect(writeConsole({ ...posture, previous: other })).to.include('Not comparable')
  })
})
