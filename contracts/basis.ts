/**
 * The bases on which an education record may be disclosed, 34 CFR 99.30 and 99.31, and whether
 * 34 CFR 99.32 asks for a record of the disclosure. Only the bases the running services use are rules here;
 * the codes are complete so that their spelling never changes.
 */
export const basisCodes = [
  '99.30',
  '99.31(a)(1)(i)(A)',
  '99.31(a)(1)(i)(B)',
  '99.31(a)(2)',
  '99.31(a)(3)(i)',
  '99.31(a)(3)(ii)',
  '99.31(a)(3)(iii)',
  '99.31(a)(3)(iv)',
  '99.31(a)(4)(i)(A)',
  '99.31(a)(4)(i)(B)',
  '99.31(a)(4)(i)(C)',
  '99.31(a)(4)(i)(D)',
  '99.31(a)(5)(i)(A)',
  '99.31(a)(5)(i)(B)',
  '99.31(a)(6)(i)(A)',
  '99.31(a)(6)(i)(B)',
  '99.31(a)(6)(i)(C)',
  '99.31(a)(7)',
  '99.31(a)(8)',
  '99.31(a)(9)(i)',
  '99.31(a)(9)(ii)(A)',
  '99.31(a)(9)(ii)(B)',
  '99.31(a)(9)(ii)(C)',
  '99.31(a)(9)(iii)(A)',
  '99.31(a)(9)(iii)(B)',
  '99.31(a)(10)',
  '99.31(a)(11)',
  '99.31(a)(12)',
  '99.31(a)(13)',
  '99.31(a)(14)',
  '99.31(a)(15)',
  '99.31(a)(16)',
  '99.31(b)(1)',
  '99.31(b)(2)',
  '20USC1232g(b)(1)(K)',
  '20USC1232g(b)(1)(L)',
  '20USC1232g(b)(2)(B)',
] as const
export type BasisCode = (typeof basisCodes)[number]

/** Why 34 CFR 99.32(d) exempts a basis from the disclosure record, or `required` where it does not. */
export type RecordDuty =
  'required' | 'exempt(d)(1)' | 'exempt(d)(2)' | 'exempt(d)(3)' | 'exempt(d)(4)' | 'exempt(d)(5)' | 'not-pii'

const exempt: Readonly<Partial<Record<BasisCode, RecordDuty>>> = {
  '99.30': 'exempt(d)(3)',
  '99.31(a)(1)(i)(A)': 'exempt(d)(2)',
  '99.31(a)(1)(i)(B)': 'exempt(d)(2)',
  '99.31(a)(9)(ii)(A)': 'exempt(d)(5)',
  '99.31(a)(9)(ii)(B)': 'exempt(d)(5)',
  '99.31(a)(9)(ii)(C)': 'exempt(d)(5)',
  '99.31(a)(11)': 'exempt(d)(4)',
  '99.31(a)(12)': 'exempt(d)(1)',
  '99.31(b)(1)': 'not-pii',
  '99.31(b)(2)': 'not-pii',
}

/** Tells whether a read on this basis belongs to the disclosure record; an exempt one is kept as access evidence. */
export function recordDuty(basis: BasisCode): RecordDuty {
  return exempt[basis] ?? 'required'
}
