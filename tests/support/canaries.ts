/**
 * Fifty people who do not exist, to be pushed into everything and found in nothing. A fixed seed makes every
 * run the same; addresses are under `.example`, and the Social Security numbers are possible but made up.
 */

export interface Canary {
  readonly kind: 'name' | 'student_number' | 'email' | 'ssn'
  readonly value: string
}

const given = [
  'Quillon',
  'Zephyrine',
  'Ottoline',
  'Thaddeus',
  'Wilhelmina',
  'Barnaby',
  'Isolde',
  'Cosmo',
  'Peregrine',
  'Lucasta',
  'Evander',
  'Philippa',
  'Ignatius',
] as const
const family = [
  'Featherstone',
  'Abernathy',
  'Vandersloot',
  'Okonjo-Reyes',
  'Marchbanks',
  'Szymczak',
  'Thistlewood',
  'Brandywine',
  'Delacroix-Hume',
  'Kowalczyk',
  'Ravensworth',
  'Huxtable',
  'Norgaard',
] as const

/** Multiplicative congruential generator of Park and Miller: enough for test data, the same everywhere. */
function sequence(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

/** Lists the canaries: 13 names, 13 student numbers, 12 e-mail addresses, 12 Social Security numbers. */
export function makeCanaries(): readonly Canary[] {
  const next = sequence(20_261_121)
  const names = given.map((first, at) => `${first} ${family[at] ?? ''}`)
  const digits = (length: number) => Array.from({ length }, () => String(next(10))).join('')
  const numbers = names.map(() => `S${1 + next(9)}${digits(7)}`)
  const emails = names
    .slice(0, 12)
    .map((name) => `${name.toLowerCase().replace(' ', '.')}@uni${next(90)}.example`)
  const ssns = emails.map(() => `${200 + next(400)}-${10 + next(89)}-${1_000 + next(8_999)}`)
  return [
    ...names.map((value) => ({ kind: 'name', value }) as const),
    ...numbers.map((value) => ({ kind: 'student_number', value }) as const),
    ...emails.map((value) => ({ kind: 'email', value }) as const),
    ...ssns.map((value) => ({ kind: 'ssn', value }) as const),
  ]
}

/** Forms in which a canary may hide in bytes: as it is, in another case, percent-encoded, base64, hexadecimal. */
export function formsOf({ value }: Canary): readonly string[] {
  const bytes = Buffer.from(value)
  const json = JSON.stringify(value).slice(1, -1)
  return [
    ...new Set([
      value,
      value.toLowerCase(),
      value.toUpperCase(),
      json,
      encodeURIComponent(value),
      encodeURIComponent(value).replaceAll('%20', '+'),
      value.replaceAll(' ', '_'),
      // The base64 of a text in the middle of another is not its own; the end depends on what follows.
      bytes.toString('base64').replace(/.?=*$/, ''),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
    ]),
  ]
}

/** Lists the canaries of which any form stands in the bytes, whatever their case. */
export function findCanaries(
  bytes: Uint8Array | string,
  canaries: readonly Canary[] = makeCanaries(),
): Canary[] {
  const text = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1')
  const lower = text.toLowerCase()
  return canaries.filter((canary) =>
    formsOf(canary).some((form) => text.includes(form) || lower.includes(form.toLowerCase())),
  )
}
