/**
 * Telephone numbers: the North American plan by its digit rules (ATIS-0300055, NANPA: area and exchange are
 * NXX, neither is N11, area is not N9X) and other countries by E.164 with a leading `+`.
 */
import type { WrittenNumber } from './digits.ts'

/** Tells whether a written number can be dialled: `+` with 8–15 digits, or ten digits of the North American plan. */
export function isPhoneNumber({ digits, groups, international, touches }: WrittenNumber): boolean {
  if (touches) return false
  if (international) return isInternational(digits)
  const national = digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits
  if (!isNorthAmerican(national)) return false
  if (groups.length === 1) return true
  const sizes = groups.map((group) => group.length).join('-')
  return /^(?:1-)?(?:3-3-4|3-7|6-4)$/.test(sizes)
}

function isInternational(digits: string): boolean {
  if (digits.startsWith('1')) return digits.length === 11 && isNorthAmerican(digits.slice(1))
  // E.164 §6: at most 15 digits, no country code begins with 0; fewer than 8 do not reach a subscriber.
  return digits.length >= 8 && digits.length <= 15 && !digits.startsWith('0')
}

function isNorthAmerican(digits: string): boolean {
  return digits.length === 10 && /^[2-9](?!11)[0-8]\d[2-9](?!11)\d{2}\d{4}$/.test(digits)
}
