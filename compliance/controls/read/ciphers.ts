/** Cipher strings of OpenSSL (openssl-ciphers(1)), as far as they say which suites of TLS 1.2 and before are offered. */

/** What a suite is made of; the name alone says all of it. */
interface Suite {
  readonly name: string
  readonly tags: ReadonlySet<string>
}

const exchanges: readonly (readonly [string, readonly string[]])[] = [
  ['ECDHE-ECDSA-', ['kECDHE', 'kEECDH', 'ECDHE', 'EECDH', 'ECDH', 'aECDSA', 'ECDSA']],
  ['ECDHE-RSA-', ['kECDHE', 'kEECDH', 'ECDHE', 'EECDH', 'ECDH', 'aRSA']],
  ['AECDH-', ['kECDHE', 'ECDH', 'aNULL', 'AECDH']],
  ['DHE-RSA-', ['kDHE', 'kEDH', 'DHE', 'EDH', 'DH', 'aRSA']],
  ['DHE-DSS-', ['kDHE', 'kEDH', 'DHE', 'EDH', 'DH', 'aDSS', 'DSS']],
  ['ADH-', ['kDHE', 'DH', 'aNULL', 'ADH']],
  ['PSK-', ['kPSK', 'PSK', 'aPSK']],
  ['', ['kRSA', 'aRSA', 'RSA']],
]

const codes: readonly (readonly [string, readonly string[]])[] = [
  ['AES256-GCM-SHA384', ['AES', 'AES256', 'AESGCM', 'HIGH', 'SHA384', 'TLSv1.2', 'AEAD']],
  ['AES128-GCM-SHA256', ['AES', 'AES128', 'AESGCM', 'HIGH', 'SHA256', 'TLSv1.2', 'AEAD']],
  ['CHACHA20-POLY1305', ['CHACHA20', 'HIGH', 'TLSv1.2', 'AEAD']],
  ['AES256-CCM', ['AES', 'AES256', 'AESCCM', 'HIGH', 'TLSv1.2', 'AEAD']],
  ['AES128-CCM', ['AES', 'AES128', 'AESCCM', 'HIGH', 'TLSv1.2', 'AEAD']],
  ['AES256-SHA384', ['AES', 'AES256', 'HIGH', 'SHA384', 'TLSv1.2']],
  ['AES256-SHA256', ['AES', 'AES256', 'HIGH', 'SHA256', 'TLSv1.2']],
  ['AES128-SHA256', ['AES', 'AES128', 'HIGH', 'SHA256', 'TLSv1.2']],
  ['AES256-SHA', ['AES', 'AES256', 'HIGH', 'SHA1', 'SHA', 'SSLv3', 'TLSv1']],
  ['AES128-SHA', ['AES', 'AES128', 'HIGH', 'SHA1', 'SHA', 'SSLv3', 'TLSv1']],
  ['CAMELLIA256-SHA', ['CAMELLIA', 'CAMELLIA256', 'HIGH', 'SHA1', 'SHA', 'SSLv3']],
  ['CAMELLIA128-SHA', ['CAMELLIA', 'CAMELLIA128', 'HIGH', 'SHA1', 'SHA', 'SSLv3']],
  ['SEED-SHA', ['SEED', 'MEDIUM', 'SHA1', 'SHA', 'SSLv3']],
  ['DES-CBC3-SHA', ['3DES', 'MEDIUM', 'SHA1', 'SHA', 'SSLv3']],
  ['RC4-SHA', ['RC4', 'MEDIUM', 'SHA1', 'SHA', 'SSLv3']],
  ['RC4-MD5', ['RC4', 'MEDIUM', 'MD5', 'SSLv3']],
  ['DES-CBC-SHA', ['DES', 'LOW', 'SHA1', 'SHA', 'SSLv3']],
  ['EXP-RC4-MD5', ['RC4', 'EXPORT', 'EXP', 'MD5', 'SSLv3']],
  ['NULL-SHA', ['eNULL', 'NULL', 'SHA1', 'SHA', 'SSLv3']],
  ['NULL-SHA256', ['eNULL', 'NULL', 'SHA256', 'TLSv1.2']],
]

/** What was never joined with the exchange of elliptic curves. */
const never = /^ECDHE-.*(?:RC4-MD5|EXP-RC4-MD5|DES-CBC-SHA|SEED-SHA|NULL-SHA256|CAMELLIA\d+-SHA)$/

const suites: readonly Suite[] = exchanges.flatMap(([prefix, exchange]) =>
  codes
    .filter(([suffix]) => !never.test(prefix + suffix))
    .map(([suffix, code]) => ({
      name: prefix + suffix,
      tags: new Set([prefix + suffix, ...exchange, ...code, ...(code.includes('eNULL') ? [] : ['ALL'])]),
    })),
)

/** Broken, or breakable where somebody pays for it: no encryption, no authentication, RC4, DES, MD5, CBC with SHA-1. */
const weak = ['eNULL', 'aNULL', 'EXPORT', 'RC4', 'DES', '3DES', 'MD5', 'SHA1', 'SEED'] as const

/** Names that OpenSSL writes otherwise than the table does. */
const others: Readonly<Record<string, string>> = {
  'ECDHE-ECDSA-CHACHA20-POLY1305-SHA256': 'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305-SHA256': 'ECDHE-RSA-CHACHA20-POLY1305',
  'EDH-RSA-DES-CBC3-SHA': 'DHE-RSA-DES-CBC3-SHA',
}

/** Suites of TLS 1.3 are chosen elsewhere; written here they choose nothing. */
const ofTls13 = /^TLS_(?:AES|CHACHA20)_/

/**
 * Names the weak suites that a cipher string offers, and the words it does not know. A word with `!` that is not known
 * takes something away and can make nothing worse.
 */
export function weakIn(text: string): {
  readonly weak: readonly string[]
  readonly unknown: readonly string[]
} {
  const offered = new Set<Suite>()
  const banned = new Set<Suite>()
  const unknown: string[] = []
  for (const word of text.split(/[:,\s]+/).filter((each) => each !== '')) {
    if (word.startsWith('@') || ofTls13.test(word)) continue
    const [, sign = '', names = ''] = /^([!+-]?)(.*)$/.exec(word) ?? []
    // `+` alone only changes the order.
    if (sign === '+') continue
    const chosen = chosenBy(names)
    if (chosen === undefined) {
      if (sign === '') unknown.push(word)
      continue
    }
    for (const each of chosen) {
      if (sign === '' && !banned.has(each)) offered.add(each)
      if (sign !== '') offered.delete(each)
      if (sign === '!') banned.add(each)
    }
  }
  const found = [...offered].filter(({ tags }) => weak.some((tag) => tags.has(tag)))
  return { weak: found.map(({ name }) => name), unknown }
}

/** `ECDHE+AESGCM` is what both words mean; `DEFAULT` and `COMPLEMENTOFDEFAULT` differ by version and are not known. */
function chosenBy(names: string): readonly Suite[] | undefined {
  const words = names.split('+').map((name) => others[name] ?? name)
  if (names === 'DEFAULT') return suites.filter(({ tags }) => tags.has('ALL') && !tags.has('aNULL'))
  const isKnown = words.every((word) => suites.some(({ tags }) => tags.has(word)))
  return isKnown ? suites.filter(({ tags }) => words.every((word) => tags.has(word))) : undefined
}
