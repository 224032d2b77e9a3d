/**
 * Social Security numbers by the rules of the Social Security Administration: area not 000, 666 or 900–999,
 * group not 00, serial not 0000; valid under randomised assignment since 2011-06-25 (POMS RM 10201.035).
 */
import type { WrittenNumber } from './digits.ts'

/** Numbers that stood on cards and leaflets and never belonged to one person (SSA history, POMS RM 10210.415). */
const specimens = new Set(['078051120', '219099999', '457555462'])

/** Tells whether a written number is a possible Social Security number, bare or grouped 3-2-4. */
export function isSocialSecurityNumber({ digits, groups, separators, touches }: WrittenNumber): boolean {
  // In an identifier nine digits in a row are one of many things, but 3-2-4 is this.
  if (digits.length !== 9 || (touches && groups.length === 1)) return false
  if (groups.length !== 1) {
    const grouped = groups.length === 3 && groups[0]?.length === 3 && groups[1]?.length === 2
    if (!grouped || separators[0] !== separators[1]) return false
  }
  if (specimens.has(digits) || allSame(digits)) return false
  const area = Number(digits.slice(0, 3))
  return area !== 0 && area !== 666 && area < 900 && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000'
}

function allSame(digits: string): boolean {
  return digits === digits.charAt(0).repeat(digits.length)
}
