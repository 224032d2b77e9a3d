/** Brings the name of a party to the one form in which names are compared: width, case and spaces do not matter. */
export function partyName(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ').trim()
}
