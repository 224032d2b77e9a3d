/** Payment card numbers: 13–19 digits with an issuer prefix in use and a valid check digit (ISO/IEC 7812-1, Luhn). */
import type { WrittenNumber } from './digits.ts'

/** Tells whether a written number is a possible payment card number. */
export function isCardNumber({ digits, groups, touches }: WrittenNumber): boolean {
  // Cards are written in groups of four to six, the last one of three at least; versions have shorter parts.
  if (touches || digits.length < 13 || digits.length > 19 || groups.some(({ length }) => length < 2))
    return false
  return /^(?:3[0-9]|4|5|6|2[2-7])/.test(digits) && passesLuhn(digits)
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let at = 0; at < digits.length; at++) {
    const digit = digits.charCodeAt(digits.length - 1 - at) - 48
    const doubled = at % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}
