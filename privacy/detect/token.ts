/** Credentials by their shape: bearer tokens (RFC 6750), JSON Web Tokens (RFC 7519) and well-known key prefixes. */

const jwt = /eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{4,}/
const bearer = /\b(?:bearer|basic)[ +]{1,4}[A-Za-z0-9._~+/=-]{8,}/i
const prefixed =
  /\b(?:gh[opsu]_[A-Za-z0-9]{20,}|glpat-[A-Za-z0-9_-]{16,}|A[KS]IA[A-Z0-9]{16}|[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|xox[abprs]-[A-Za-z0-9-]{10,}|AIza[A-Za-z0-9_-]{30,}|npm_[A-Za-z0-9]{30,})/
const privateKey = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY/

/** Length of the shortest credential that any of the patterns finds, a JSON Web Token. */
const shortest = 13

/** Tells whether the string holds a credential. Looking for a fixed part first costs a tenth of the pattern. */
export function hasToken(value: string): boolean {
  if (value.length < shortest) return false
  return (
    (value.includes('eyJ') && jwt.test(value)) ||
    ((value.includes(' ') || value.includes('+')) && bearer.test(value)) ||
    prefixed.test(value) ||
    (value.includes('-----') && privateKey.test(value))
  )
}
