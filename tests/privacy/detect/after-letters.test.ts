/** Numbers right after the letters that say what they are, as programs name things of a person. */
import { expect } from 'chai'
import { createDetector } from '../../../privacy/detect/detector.ts'

const detect = createDetector()
const lettered = createDetector('^S\\d{7}$')

describe('a number after letters', () => {
  for (const [value, rule] of [
    ['ssn123456789', 'ssn'],
    ['user4155550123', 'phone'],
    ['user415-555-0123', 'phone'],
    ['svc.user4155550123.v2', 'phone'],
    ['card4111111111111111', 'card'],
    ['card4111-1111-1111-1111', 'card'],
    ['student12345678', 'student_number'],
    ['id-student1234567-a', 'student_number'],
  ] as const) {
    it(`is found in ${value}`, () => {
      expect(detect(value)).to.equal(rule)
    })
  }

  it('is found by a pattern of the site that begins with a letter itself', () => {
    expect(lettered('idS1234567')).to.equal('student_number')
    expect(lettered('idX1234567')).to.equal(undefined)
  })

  for (const value of [
    'user123456',
    'node-e4155550123',
    'deadbeef4155550123',
    'a1b4155550123',
    'user4155550123x',
    'worker1700000000',
    'x86_64',
  ]) {
    it(`is not seen in ${value}, whose digits may be anything`, () => {
      expect(detect(value)).to.equal(undefined)
    })
  }
})
