/**
 * What is a secret by its name or by its shape. Names are taken apart into words, so that `dbPassword`, `DB_PASS` and
 * `PGPASSWORD` are secrets, and `PASS_THROUGH`, `AUTHOR` and `TOKEN_FILE` are not: the last word says what it is.
 */

/** A last word that makes a name one of a secret. */
const secretWords: ReadonlySet<string> = new Set(
  'password passwd pwd pass passphrase passcode secret token jwt auth credential credentials requirepass masterauth apikey'.split(
    ' ',
  ),
)
/** Words written without a divider before them: `PGPASSWORD`, `authtoken`. */
const secretEnd = /(password|passwd|passphrase|secret|token|apikey|secretkey|accesskey|privatekey)$/
/** A `key` is a secret after one of these; a primary, public or partition key is none. */
const keyWords: ReadonlySet<string> = new Set(
  'api private access secret signing sign encryption encrypt aws master account auth shared hmac jwt session storage ssh admin service deploy cookie'.split(
    ' ',
  ),
)
/** Words that are also said of switches and folders. */
const softWords: ReadonlySet<string> = new Set(['pass', 'pwd', 'auth', 'jwt', 'token', 'secret'])

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '')
}

/** True for names such as `JWT_SECRET`; not for those of files or names of secrets, such as `TOKEN_FILE`. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name)
  const last = words.at(-1) ?? ''
  if (last === 'key') return keyWords.has(words.at(-2) ?? '')
  return secretWords.has(last) || secretEnd.test(last)
}

/** True for a value that is no secret, whatever its name: a switch, a kind, a path, a reference. */
export function isHarmless(name: string, value: string): boolean {
  if (/^arn:aws[\w-]*:/.test(value) || value.startsWith('/run/secrets/')) return true
  const isSwitch =
    /^(true|false|yes|no|on|off|none|null|plain|login|basic|digest|required|optional|disabled|enabled|\/[\w./-]*)$/i
  return softWords.has(wordsOf(name).at(-1) ?? '') && isSwitch.test(value)
}

/** Tokens that say themselves what they are. */
const shapes: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{20,}\b/,
  /\bgithub_pat_\w{20,}\b/,
  /\bglpat-[\w-]{20,}/,
  /\bxox[abprs]-[\w-]{10,}/,
  /\bsk_live_\w{16,}\b/,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/,
]

/** `--requirepass x`, `--password=x`. */
const option = /(?<![\w-])--?([A-Za-z][\w.-]{0,60})(?:=|\s{1,8})["']?([^\s"']{1,300})/g
/** `PGPASSWORD=x psql`. */
const assignment = /(?<![\w-])([A-Za-z_]\w{0,60})=["']?([^\s"';]{1,300})/g
/** `Authorization: Bearer x`. */
const header = /\bAuthorization:\s{0,8}(?:(?:Bearer|Basic|Token)\s{1,8})?([^\s"']{1,600})/gi

/** Finds a secret in a text by its shape: a token, an address with a password, an option or an assignment. */
export function secretIn(text: string): string | undefined {
  for (const shape of shapes) {
    const found = shape.exec(text)?.[0]
    if (found !== undefined) return found
  }
  for (const pattern of [option, assignment]) {
    for (const [, name = '', value = ''] of text.matchAll(pattern)) {
      if (isSecretName(name) && isLiteral(value) && !isHarmless(name, value))
        return passwordIn(value) ?? value
    }
  }
  for (const [, value = ''] of text.matchAll(header)) if (isLiteral(value)) return value
  return passwordIn(text)
}

/** Takes the password out of an address; a port before a path that holds an `@` is none. */
export function passwordIn(text: string): string | undefined {
  const address = /(?<![\w+.-])[a-z][\w+.-]{0,30}:\/\/[^\s:/@"']{0,200}:([^\s@"']{1,300})@/i
  const found = address.exec(text)?.[1]
  return found === undefined || /^\d{1,5}\//.test(found) || !isLiteral(found) ? undefined : found
}

/** A reference, a file or a flag stands for no value. */
function isLiteral(value: string): boolean {
  return !/^(\$|%|<|\{\{|-|@|`|\*{3})/.test(value)
}
