/** All detectors behind one look at the characters, so that a clean short string costs nanoseconds. */
import type { Detection } from '../rule.ts'
import { isCardNumber } from './card.ts'
import { percentDecoded, plain } from './characters.ts'
import { writtenNumbers } from './digits.ts'
import { hasEmail } from './email.ts'
import { hasEncodedText } from './encoded.ts'
import { joinedNumbers } from './joined.ts'
import { isPhoneNumber } from './phone.ts'
import { compileSitePattern, defaultStudentNumber } from './site-pattern.ts'
import { isSocialSecurityNumber } from './ssn.ts'
import { hasToken } from './token.ts'

/** Longest text that is looked at; callers cut or refuse longer ones first. */
export const maxDetectedLength = 16_384

/** Universally unique ids as they are made (RFC 9562 §4): eight of their digits may all be decimal. */
const randomUuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g

export type Detector = (value: string) => Detection | undefined

/**
 * Builds the detector of a policy: it answers the first thing found, in the order of severity.
 *
 * @param studentNumber pattern of the site, default an optional letter and 7–9 digits
 * @throws PrivacyError PRIVACY_PATTERN_UNSUPPORTED
 */
export function createDetector(studentNumber: string = defaultStudentNumber): Detector {
  const isStudentNumber = compileSitePattern(studentNumber)
  return (value) => {
    if (isPlainlyClean(value)) return undefined
    const text = percentDecoded(plain(value.slice(0, maxDetectedLength)))
    if (hasEmail(text)) return 'email'
    if (hasToken(text)) return 'token'
    for (const number of writtenNumbers(text)) {
      if (isSocialSecurityNumber(number)) return 'ssn'
      if (isPhoneNumber(number)) return 'phone'
      if (isCardNumber(number)) return 'card'
    }
    const rest = text.replaceAll(randomUuid, 'u')
    if (isStudentNumber(rest) || joinedNumbers(rest).some(isStudentNumber)) return 'student_number'
    return hasEncodedText(text) ? 'encoded' : undefined
  }
}

/** Nothing can be found without four digits, `@`, an escape, a character beyond ASCII or eleven characters. */
function isPlainlyClean(value: string): boolean {
  let digits = 0
  let capitals = 0
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at)
    if (unit >= 48 && unit <= 57) digits++
    else if (unit >= 65 && unit <= 90) capitals++
    else if (unit === 64 || unit === 37 || unit > 126) return false
  }
  if (digits >= 4) return false
  // Text in hexadecimal has a digit in every byte, text in base64 has capitals: with neither nothing is encoded.
  const mayBeEncoded = capitals > 0 && value.length >= 11
  return !hasToken(value) && !(mayBeEncoded && hasEncodedText(value))
}
