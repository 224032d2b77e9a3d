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

/** Takes a name apart: `dbPassword` and `DB_PASSWORD` are `db` and `password`. */
export function wordsOf(name: string): string[] {
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

/** `--requirepass x`, `--password=x`, `"--auth", "x"`. */
const option =
  /(?<![\w-])--?([A-Za-z][\w.-]{0,60})(?:=|\s{1,8}|["']\s{0,4},\s{0,4}(?=["']))["']?([^\s"']{1,300})/g
/** `PGPASSWORD=x psql`. */
const assignment = /(?<![\w-])([A-Za-z_]\w{0,60})=["']?([^\s"';]{1,300})/g
/** Options of one letter whose secret only the command tells; words may stand in quotes and behind commas. */
const commandOptions: readonly RegExp[] = [
  /\bcurl\b[^|;&\n]{0,400}?[\s"'](?:-[uU]|--user|--proxy-user)[\s"',=]{0,8}[^\s:"']{1,100}:([^\s"']{1,300})/g,
  /\b(?:mysql|mariadb)[\w-]{0,20}(?![\w:/.])[^|;&\n]{0,400}?[\s"']-p([^\s"']{1,300})/g,
  /\bredis-cli\b[^|;&\n]{0,400}?[\s"']-a[\s"',]{1,8}([^\s"',]{1,300})/g,
  /\bsshpass[\s"',]{1,8}-p[\s"',]{0,8}([^\s"',]{1,300})/g,
  /\b(?:docker|podman|helm|oras|crane)[\s"',]{1,8}(?:registry[\s"',]{1,8})?login\b[^|;&\n]{0,400}?[\s"']-p[\s"',]{1,8}([^\s"',]{1,300})/g,
]
/** `-p 8080:80` is a port. */
const port = /^[\d.:]{1,40}(?:\/(?:tcp|udp))?$/
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
  return ofCommand(text) ?? passwordIn(text)
}

function ofCommand(text: string): string | undefined {
  for (const pattern of commandOptions) {
    for (const [, value = ''] of text.matchAll(pattern)) {
      if (isLiteral(value) && !port.test(value)) return value
    }
  }
  return undefined
}

/** Stands for a secret that was found, as a reference would. */
const taken = '$'
/** Most secrets of one text. */
const secretsPerText = 32

/**
 * Finds all of them.
 *
 * @param find finds one
 */
export function secretsIn(text: string, find = secretIn): string[] {
  const found: string[] = []
  let rest = text
  for (let next = find(rest); next !== undefined && found.length < secretsPerText; next = find(rest)) {
    found.push(next)
    rest = rest.replaceAll(next, taken)
  }
  return found
}

/** `password: x` as a line of YAML, and `"password": "x"` in JSON, whose quotes a shell may have escaped. */
const entries: readonly RegExp[] = [
  /^[ \t]{0,80}(?:-[ \t]{1,8})?["']?([A-Za-z_][\w.-]{0,60})["']?:[ \t]{1,8}["']?([^\s"'[{|>!&*,][^\s"']{0,300})["']?[ \t]{0,80}(?:#.{0,200})?$/gm,
  /[{,]\s{0,80}\\?["']([A-Za-z_][\w.-]{0,60})\\?["']\s{0,8}:\s{0,8}\\?["']([^\s"'\\]{1,300})/g,
]
const switches = /^(?:true|false|yes|no|on|off|null|none|~)$/i

/** Finds a secret in a script or in a file that it writes. */
export function secretInScript(text: string): string | undefined {
  for (const pattern of entries) {
    for (const [, name = '', value = ''] of text.matchAll(pattern)) {
      if (isSecretName(name) && isLiteral(value) && !switches.test(value) && !isHarmless(name, value))
        return value
    }
  }
  return secretIn(text)
}

/** Takes the password out of the first address with one. */
export function passwordIn(text: string): string | undefined {
  return passwordsIn(text).at(0)
}

const address = /(?<![\w+.-])[a-z][\w+.-]{0,30}:\/\/[^\s:/@"']{0,200}:([^\s@"']{1,300})@/gi

/** Lists the passwords in addresses; a port before a path that holds an `@` is none. */
export function passwordsIn(text: string): readonly string[] {
  const found = [...text.matchAll(address)].map(([, password = '']) => password)
  return found.filter((password) => !/^\d{1,5}\//.test(password) && isLiteral(password))
}

/** A reference, a file or a flag stands for no value. */
function isLiteral(value: string): boolean {
  return !/^(\$|%|<|\{\{|-|@|`|\*{3})/.test(value)
}
