import { expect } from 'chai'
import { compileSitePattern } from '../../../privacy/detect/site-pattern.ts'
import { createDetector } from '../../../privacy/detect/detector.ts'
import { PrivacyError } from '../../../privacy/errors.ts'

const detect = createDetector()

describe('detectors', () => {
  // SSA: POMS RM 10201.035 (randomisation), RM 10210.415 (numbers never valid).
  for (const value of [
    '123-45-6789',
    '123 45 6789',
    '219-09-9998',
    'ssn: 524-11-3982.',
    '123%2D45%2D6789',
    '１２３-45-6789',
    '123_45_6789',
    'id_123+45+6789',
    'x1-123-45-6789',
    's123-45-6789x',
    '1_2_3_4_5_6_7_8_9',
    '123__45__6789',
  ]) {
    it(`finds the Social Security number in ${value}`, () => {
      expect(detect(value)).to.equal('ssn')
    })
  }
  for (const value of [
    '000-45-6789',
    '666-45-6789',
    '900-45-6789',
    '123-00-6789',
    '123-45-0000',
    '078-05-1120',
    '123-45.6789',
  ]) {
    it(`knows that ${value} was never issued`, () => {
      expect(detect(value)).to.not.equal('ssn')
    })
  }

  // RFC 5321 §4.1.2 local parts and domains; RFC 6531 for letters beyond ASCII.
  for (const value of [
    'ada@uni.example',
    'mail to a.b+c@x-y.uni.example now',
    'ada%40uni.example',
    'ada%2540uni.example',
    '"ada l"@uni.example',
    'ada@ünï.example',
    'ADA@UNI.EXAMPLE',
  ]) {
    it(`finds the address in ${value}`, () => {
      expect(detect(value)).to.equal('email')
    })
  }
  for (const value of ['@opentelemetry/api', 'a@b', 'user@', 'meet @ noon', 'x@-y.example']) {
    it(`finds no address in ${value}`, () => {
      expect(detect(value)).to.equal(undefined)
    })
  }

  // NANP: NANPA numbering rules, area and exchange NXX, neither N11, area not N9X. E.164 §6 otherwise.
  for (const value of [
    '(415) 867-5309',
    '415-867-5309',
    '415.867.5309',
    '+1 415 867 5309',
    '1-415-867-5309',
    '4158675309',
    '+44 20 7946 0958',
    '+4915112345678',
    '415_867_5309',
    'v2.+4915112345678',
    '4+1+5+8+6+7+5+3+0+9',
  ]) {
    it(`finds the telephone number in ${value}`, () => {
      expect(detect(value)).to.equal('phone')
    })
  }
  for (const value of [
    '115-867-5309',
    '411-867-5309',
    '495-867-5309',
    '415-911-5309',
    '415-167-5309',
    '+012345',
  ]) {
    it(`knows that ${value} cannot be dialled`, () => {
      expect(detect(value)).to.equal(undefined)
    })
  }

  // ISO/IEC 7812-1 annex B; the numbers are the card schemes' published test numbers.
  for (const value of [
    '4111 1111 1111 1111',
    '5555-5555-5555-4444',
    '378282246310005',
    '6011000990139424',
    '4111_1111_1111_1111',
    '4111+1111-1111_1111',
    'pay.4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1',
  ]) {
    it(`finds the card in ${value}`, () => {
      expect(detect(value)).to.equal('card')
    })
  }
  for (const value of ['4111 1111 1111 1112', '1111 1111 1111 1117']) {
    it(`knows that ${value} has a wrong check digit or no issuer`, () => {
      expect(detect(value)).to.not.equal('card')
    })
  }

  // RFC 6750 §2.1, RFC 7519 §3.1 and the issuers' published prefixes.
  for (const value of [
    'Bearer abcdef0123456789',
    'basic%20dXNlcjpwYXNzd29yZA==',
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
    `ghp_${'a'.repeat(36)}`,
    'AKIAIOSFODNN7EXAMPLE',
  ]) {
    it(`finds the credential in ${value.slice(0, 24)}`, () => {
      expect(detect(value)).to.equal('token')
    })
  }

  // RFC 4648 §4, §5 and §8.
  for (const value of [
    'UzIwNzYyNDIz',
    'SXNvbGRlIFRoaXN0bGV3b29k',
    '51756967 6c6c6f6e20466561746865727374'.replace(' ', ''),
    'xYF1a2FzeiDFu8OzxYJraWV3c2tp',
    '546L5bCP5piO6ICB5biI',
    'zqPPic66z4HOrM+EzrfPgiDOoM6xz4A',
    '2YXYrdmF2K8g2KfZhNmB2KfYsdiz2Yo',
    'id_SXNvbGRlIFRoaXN0bGV3b29k',
    'x-xbthbmV0YSDFmmxpd2nFhHNrYQ',
    'n_436f736d6f2056616e646572',
    'a5175696c6c6f6e2046',
    'c581756b61737a20c5bbc3b3c582',
    '5155494C4C4F4E46',
  ]) {
    it(`finds the text encoded in ${value}`, () => {
      expect(detect(value)).to.equal('encoded')
    })
  }

  for (const value of [
    'S1234567',
    's12345678',
    'id 1234567 of',
    'a/1234567/b',
    '123456789'.slice(0, 7),
    'S_123_4567',
    's-1234-567',
    '12_34_567',
    'S+1+2+3+4+5+6+7',
    'id_12+345+67',
  ]) {
    it(`finds the student number in ${value}`, () => {
      expect(detect(value)).to.equal('student_number')
    })
  }
  for (const value of [
    'AB1234567',
    '123456',
    'x1234567890',
    'deadbeef12345678cafe',
    'gateway',
    '2026-11-21',
    'backup_2026_11_21',
    'ip-10-12-134-22',
    '10-12-134-22.internal',
    'ec2-52-14-203-77',
    'http-nio-8080-exec-12',
    '131.0.6778.85',
    '5.15.0-1055-aws',
    'pg-pool-12-345',
    '0.45.0-beta.17+4',
    '24.21.0',
    '',
  ]) {
    it(`finds nothing in "${value}"`, () => {
      expect(detect(value)).to.equal(undefined)
    })
  }

  it('finds a number beside another one', () => {
    expect(detect('2026-11-21 123-45-6789')).to.equal('ssn')
  })
})

describe('site pattern', () => {
  it('compiles literals, classes, digits and counts', () => {
    const matches = compileSitePattern('^U[A-C]?-\\d{4,5}[0-3]$')
    expect(['UA-12342', 'u-12343', 'UB-123451'].map(matches)).to.deep.equal([true, true, true])
    expect(['UD-12342', 'U-12349', 'U-123', 'XU-12342'].map(matches)).to.deep.equal([
      false,
      false,
      false,
      false,
    ])
  })

  for (const pattern of [
    '(a+)+$',
    '^(\\d+)+$',
    '^\\d*$',
    '^\\d+$',
    '\\d{7}',
    '^.{7}$',
    '^[A-Z]{7}$',
    '^\\d{40}$',
    '^\\d{9,7}$',
    '^\\d{7}|x$',
    '^[z-a]\\d{7}$',
    '^$',
  ]) {
    it(`refuses ${pattern}`, () => {
      expect(() => compileSitePattern(pattern))
        .to.throw(PrivacyError)
        .with.property('code', 'PRIVACY_PATTERN_UNSUPPORTED')
    })
  }

  it('ends on a long text and a pattern with many optional parts', () => {
    const matches = compileSitePattern('^[0-9]?[0-9]?[0-9]?[0-9]?[0-9]?\\d{4}x$')
    expect(matches('1'.repeat(1_000_000))).to.equal(false)
    expect(matches('1-'.repeat(500_000))).to.equal(false)
  })
})
