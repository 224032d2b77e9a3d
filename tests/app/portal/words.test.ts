import { expect } from 'chai'
import { endTimes, startTimes } from '../../../app/portal/slots.ts'
import { isOwnVisit, tell } from '../../../app/portal/words.ts'

const access = { id: 'x', index: 1, time: '2026-11-20T10:00:00.000Z', class: 'access', outcome: 'success' }

describe('who saw my record, in words', () => {
  it('names the party and the ground', () => {
    const told = tell({
      ...access,
      action: 'transcript.read',
      party: 'Instructor of CS 101',
      interest: 'Teaches this student in CS 101',
      basis: '99.31(a)(1)(i)(A)',
    })
    expect(told.sentence).to.equal('Instructor of CS 101 read your transcript.')
    expect(told.why).to.equal(
      'Teaches this student in CS 101. School staff may see records they need for their work.',
    )
    expect(told.kind).to.equal('read')
  })

  it('says when somebody was refused, and when a typed reason opened it', () => {
    const denied = tell({ ...access, action: 'transcript.denied', outcome: 'denied', actorRole: 'staff' })
    expect(denied).to.include({
      sentence: 'A member of staff tried to read your transcript and was refused.',
      kind: 'denied',
    })
    const glass = tell({
      ...access,
      action: 'break_glass.read',
      actorRole: 'faculty',
      interest: 'an emergency',
    })
    expect(glass).to.include({ why: 'Reason given: “an emergency”.', kind: 'glass' })
  })

  it('tells who was given records outside the school, and who only asked', () => {
    const party = 'Regional Accreditor'
    const given = tell({ ...access, action: 'record.disclosed', party, basis: '99.31(a)(7)' })
    expect(given).to.include({
      sentence: 'Regional Accreditor was given records of yours.',
      why: 'Basis: 34 CFR 99.31(a)(7).',
    })
    const asked = tell({ ...access, action: 'record.requested', party })
    expect(asked.sentence).to.equal('Regional Accreditor asked for records of yours.')
    const refused = tell({ ...access, action: 'record.refused', outcome: 'denied', party })
    expect(refused.sentence).to.equal('Regional Accreditor asked for records of yours and was refused.')
  })

  it('takes another student who was refused for another student, not for the reader', () => {
    const refused = { ...access, action: 'record.denied', outcome: 'denied', actorRole: 'student' }
    expect(tell(refused).sentence).to.equal('Another student tried to read your record and was refused.')
    expect(isOwnVisit(refused)).to.equal(false)
    const own = { ...access, action: 'transcript.read', actorRole: 'student' }
    expect(tell(own).sentence).to.equal('You read your transcript.')
    expect(isOwnVisit(own)).to.equal(true)
  })

  it('has a sentence for what it does not know', () => {
    expect(tell({ ...access, action: 'new.thing', basis: '99.99' }).sentence).to.equal(
      'Somebody used your record.',
    )
  })
})

describe('times on offer', () => {
  const free = [
    { start: '2026-11-23T08:00', end: '2026-11-23T09:30' },
    { start: '2026-11-23T11:15', end: '2026-11-23T18:00' },
  ]

  it('begin on the half hour within what is free', () => {
    expect(startTimes(free).slice(0, 4)).to.deep.equal(['08:00', '08:30', '09:00', '11:30'])
  })

  it('end before the next booking and within four hours', () => {
    expect(endTimes(free, '08:30')).to.deep.equal(['09:00', '09:30'])
    expect(endTimes(free, '11:30').at(-1)).to.equal('15:30')
    expect(endTimes(free, '10:00')).to.deep.equal([])
  })
})
