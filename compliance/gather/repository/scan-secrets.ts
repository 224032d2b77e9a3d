/**
 * Looks for secrets in a text: tokens of known shape, private keys, addresses with a password, and values that stand
 * under the name of a secret and look like one. What is found is a place and a name, never the value. Whoever wrote the
 * text controls it: every pattern is bounded, so that a line of any length is looked at in linear time, and a file
 * gives so many places only.
 */
import { isHarmless, isSecretName, passwordsIn } from '../../controls/read/secret-shapes.ts'
import { isWeak } from '../../controls/read/secrets.ts'
import { keyMaterial, privateKeyStart, tokenShapes } from './token-shapes.ts'

export interface FoundSecret {
  /** `aws-access-key`, `private-key`, `address`, `assignment`, `seed`. */
  readonly rule: string
  /** The name it stands under; the rule where there is none. */
  readonly name: string
  /** Counted from 1. */
  readonly line: number
  /** A value that is printed in documentation and tried first by everybody. */
  readonly isWeak: boolean
}

/**
 * How a text is written: `settings` has one name and value on a line, without quotes; `data` is YAML or JSON; in `code`
 * only quoted texts are values; `seed` is SQL or code that fills a database; `tokens`: somebody else reads its names.
 */
export type TextForm = 'settings' | 'data' | 'code' | 'seed' | 'tokens'

/** Most places of one file. */
const placeLimit = 100
/** How far behind the start of a private key its material begins: a few headers. */
const headerLength = 1_000
/** What a line must hold before anything is looked for in it. */
const hint =
  /pass|pwd|secret|token|key|auth|cred|jwt|:\/\/|-----BEGIN|AKIA|ASIA|gh[pousr]_|glpat|xox|sk_live|AIza|npm_|pypi-|SG\.|eyJ|hooks\.slack|GOCSPX|insert|admin/i

/** Finds the secrets of a text, in order. */
export function scanSecrets(text: string, form: TextForm): readonly FoundSecret[] {
  if (!hint.test(text)) return []
  const found: FoundSecret[] = []
  const lines = text.split('\n')
  for (const [index, line] of lines.entries()) {
    if (found.length >= placeLimit) break
    if (!hint.test(line)) continue
    const after = lines.slice(index + 1, index + 3).map((each) => each.slice(0, 200))
    const places = placesIn(line, after, form)
    for (const place of places.slice(0, placeLimit)) found.push({ ...place, line: index + 1 })
  }
  return found.slice(0, placeLimit)
}

type Place = Omit<FoundSecret, 'line'>

function placesIn(line: string, after: readonly string[], form: TextForm): readonly Place[] {
  const places = tokensIn(line, after)
  // A line of a documentation comment shows what an answer looks like.
  const isShown = form === 'code' && /^\s{0,80}\*/.test(line)
  return form === 'tokens' || isShown || places.length > 0 ? places : namedIn(line, form)
}

function tokensIn(line: string, after: readonly string[]): Place[] {
  const places = tokenShapes.flatMap(({ rule, pattern }) => {
    const values = new Set([...line.matchAll(pattern)].map(([value]) => value))
    return [...values]
      .filter((value) => !isSample(value))
      .map((): Place => ({ rule, name: rule, isWeak: false }))
  })
  if (places.length > 0) return places
  const isHeld = [...line.matchAll(privateKeyStart)].some((start) => {
    const from = start.index + start[0].length
    return [line.slice(from, from + headerLength), ...after].some((each) => keyMaterial.test(each))
  })
  return isHeld ? [{ rule: 'private-key', name: 'private-key', isWeak: false }] : []
}

/** Values that documentation prints so that nobody takes them for real. */
function isSample(value: string): boolean {
  return /EXAMPLE|x{6}|0{10}|1234567890abcdef/i.test(value)
}

/** `NAME=value`, `name: value`, `- name: value`, `export NAME=value`, at the beginning of a line. */
const setting =
  /^\s{0,80}(?:-\s{1,8})?(?:export\s{1,8})?["']?([A-Za-z_][\w.-]{0,80})["']?\s{0,8}[:=]\s{0,8}(\S.{0,2000})/
/** A name and a quoted text, anywhere on a line: `password: "x"`, `"password" => 'x'`, `password := "x"`. */
const quoted =
  /(?<![\w-])["']?([A-Za-z_][\w-]{0,80})["']?\s{0,8}(?:=>|:=|[:=])\s{0,8}(["'`])([^"'`\s]{1,300})\2/g

function namedIn(line: string, form: Exclude<TextForm, 'tokens'>): Place[] {
  const places: Place[] = []
  const add = (name: string, value: string) => {
    const kind = kindOf(name, value, form)
    if (kind !== 'none' && !places.some((place) => place.name === name)) {
      places.push({ rule: 'assignment', name, isWeak: kind === 'weak' })
    }
  }
  for (const [, name = '', , value = ''] of line.matchAll(quoted)) {
    if (places.length < placeLimit) add(name, value)
  }
  if (form === 'settings' || form === 'data') {
    const [, name = '', rest = ''] = setting.exec(line.replace(/\r$/, '')) ?? []
    if (name !== '' && !places.some((place) => place.name === name)) add(name, unquoted(rest))
  }
  const passwords = places.length === 0 ? passwordsIn(line) : []
  const password = passwords.find((each) => !isPlaceholder(each))
  if (password !== undefined) {
    places.push({ rule: 'address', name: 'address', isWeak: isWeak(password) })
  }
  if (places.length === 0 && form === 'seed' && hasKnownPassword(line)) {
    places.push({ rule: 'seed', name: 'password', isWeak: true })
  }
  return places
}

/** Takes the value of a setting: without quotes, and without the comma or comment behind it. */
function unquoted(rest: string): string {
  const text = rest.trim()
  const quote = /^(["'])([^"']{0,2000})\1/.exec(text)
  if (quote !== null) return quote[2] ?? ''
  return text.replace(/\s{1,40}#.*$/, '').replace(/,$/, '')
}

function kindOf(name: string, value: string, form: TextForm): 'secret' | 'weak' | 'none' {
  if (!isSecretName(name) || isHarmless(name, value) || isPlaceholder(value)) return 'none'
  if (isWeak(value)) {
    // In code a word may be the name of a field; as a setting it is the value itself.
    return form === 'settings' || /\d/.test(value) || /change|replace/i.test(value) ? 'weak' : 'none'
  }
  if (value.length < 4 || isSample(value)) return 'none'
  if (form === 'settings') return 'secret'
  return value.length >= 6 && !isWords(value) && entropyOf(value) >= 2.5 ? 'secret' : 'none'
}

/** A reference, a template, a path, a sentence, a call: nothing that is a value by itself. */
function isPlaceholder(value: string): boolean {
  return (
    /^[$%<@*&!|>{[(`#]|\$\{|\{\{|#\{|%\(|\s|\(|^(?:\.{0,2}\/|~\/)|^[a-z][\w+.-]{1,20}:\/\/|^(?:x+|\.+|-+|_+|\*+)$/i.test(
      value,
    ) ||
    /^(?:null|none|nil|undefined|true|false|yes|no|on|off|string|n\/a|redacted|removed|hidden|tbd|process\.env|os\.environ|env\.|secrets\.|vars\.)/i.test(
      value,
    )
  )
}

/** Words of a language or parts of a name, such as `access-token`, `auth.token.v1` or `Bearer`. */
function isWords(value: string): boolean {
  return value
    .split(/[._:/@-]/)
    .every((part) => /^[A-Za-z]*\d{0,2}$/.test(part) && !/[a-z][A-Z].*[a-z][A-Z].*[a-z][A-Z]/.test(part))
}

/** Shannon's entropy, in bits for each character: a word has about 2, a key above 3. */
function entropyOf(value: string): number {
  const counts = new Map<string, number>()
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length)
  return bits
}

/** A row for a person whose password is one that everybody tries. */
function hasKnownPassword(line: string): boolean {
  if (!/user|admin|account|student|faculty|teacher|insert/i.test(line)) return false
  const texts = [...line.matchAll(/["']([^"'\s]{4,40})["']/g)].map(([, text = '']) => text)
  return texts.some((text) => /\d/.test(text) && isWeak(text))
}
