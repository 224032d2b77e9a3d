/**
 * Identifiers whose digits somebody joined by signs, as they would stand without them: `S_123_4567` is `S1234567`. A
 * dot joins versions and addresses of the network, so it joins nothing here, and neither does anything in a date.
 */

/** Up to three letters, then groups of two digits and more, or of one digit each. */
const joined =
  /(?<![A-Za-z0-9]|\d[_+ -])([A-Za-z]{0,3}[_+ -]?)(\d{2,9}(?:[_+ -]{1,2}\d{2,9}){1,4}|\d(?:[_+ -]\d){3,15})(?![A-Za-z0-9]|[_+ -]\d)/g
const date = /^(?:19|20)\d\d[_+ -](?:0[1-9]|1[0-2])[_+ -](?:[0-2]\d|3[01])(?![0-9])/
const signs = /[_+ -]/g
/** Names of processors in names of systems and packages. */
const processor = /x86[_-]64/gi

/** Lists what stands in a text with signs between its digits, without the signs, with its letters and without. */
export function joinedNumbers(text: string): string[] {
  const found: string[] = []
  for (const [, letters = '', digits = ''] of text.replaceAll(processor, '').matchAll(joined)) {
    if (date.test(digits) || isQuad(digits)) continue
    const bare = digits.replaceAll(signs, '')
    found.push(bare, letters.replaceAll(signs, '') + bare)
  }
  return found
}

/** Four groups below 256 are an address of the network, as hosts are named after theirs. */
function isQuad(digits: string): boolean {
  const groups = digits.split(/[_+ -]/)
  return groups.length === 4 && groups.every((group) => group.length <= 3 && Number(group) < 256)
}
