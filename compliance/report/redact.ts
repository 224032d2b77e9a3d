/**
 * Takes secrets out of lines of scanned files before anybody sees them. Better a harmless value hidden than a secret
 * shown: what stands beside the name of a secret, what has the shape of one, and what was read as one is hidden.
 */
import { oncePerText } from '../controls/read/once.ts'
import { mayHoldSecrets, secretPlaces, secretText } from '../controls/read/secrets.ts'
import { isHarmless, isSecretName, secretIn } from '../controls/read/secret-shapes.ts'
import { textOf } from '../controls/text.ts'
import { lastSegmentOf, type Attribute, type Evidence } from '../evidence.ts'
import { SecretIndex } from './secret-index.ts'

/** Stands where a secret stood. */
export const hidden = '[hidden]'
/** One word, such as `postgres`, is hidden where it is a secret and stays where it names an image. */
const plainWord = /^[a-z]{1,15}$/i
/** Secrets of one line that are looked for by shape; a line with more is hidden as a whole. */
const shapesPerLine = 8

/** Collects the secrets that were read: marked as sensitive, or standing where a secret belongs. */
export function knownSecrets({ resources }: Evidence): SecretIndex {
  const found = new Set<string>()
  const add = (text: unknown) => {
    if (typeof text === 'string' && !text.includes('\n') && !plainWord.test(text)) found.add(text)
  }
  for (const resource of resources) {
    for (const [path, attribute] of resource.attributes) {
      if (attribute.isSensitive === true || isSecretPath(path)) textsOf(path, attribute).forEach(add)
    }
    if (!mayHoldSecrets(resource)) continue
    for (const place of secretPlaces(resource)) {
      for (const text of place.texts ?? [secretText(place)]) add(text)
    }
  }
  return new SecretIndex(found)
}

function textsOf(path: string, attribute: Attribute): readonly unknown[] {
  if (!attribute.known) return textsIn(attribute.identity)
  return isHarmless(lastSegmentOf(path), textOf(attribute.value)) ? [] : [attribute.value]
}

const isSecretPath = oncePerText((path) => isSecretName(lastSegmentOf(path)))

/** The texts that what is not known is made of: `template(var.name "x")` (see `identityOf` of values). */
function textsIn(identity = ''): string[] {
  return [...identity.matchAll(/"(?:[^"\\]|\\.)*"/g)].flatMap(([quoted]) => {
    try {
      return [JSON.parse(quoted) as string]
    } catch {
      // The end of what was cut out of a source: no text that somebody wrote as a whole.
      return []
    }
  })
}

export interface Redaction {
  /** As `knownSecrets` collects them. */
  readonly known: SecretIndex
  /** True where the lines are shown because a secret stands there: every literal is hidden. */
  readonly isStrict: boolean
}

/** Hides secrets in lines that follow each other. */
export function redactLines(lines: readonly string[], redaction: Redaction): string[] {
  let isInKey = lines.some((line) => /^[^-]*-----END [A-Z ]{0,30}PRIVATE KEY/.test(line)) && !hasBegin(lines)
  let pair = ''
  let isArgument = false
  return lines.map((line) => {
    if (/-----BEGIN [A-Z ]{0,30}PRIVATE KEY/.test(line)) isInKey = true
    const isKey = isInKey
    if (/-----END [A-Z ]{0,30}PRIVATE KEY/.test(line)) isInKey = false
    if (isKey) return hidden
    const wasArgument = isArgument
    isArgument = asksForSecret(line)
    if (wasArgument) return hideWord(line)
    const isValue = /^[\s-]*["']?value["']?\s*[:=]/i.test(line) && isSecretName(pair)
    pair = /["']?\bname["']?\s*[:=]\s*["']?([\w.-]{1,100})/i.exec(line)?.[1] ?? (isValue ? '' : pair)
    return redactLine(line, { ...redaction, isStrict: redaction.isStrict || isValue })
  })
}

/** `- --requirepass`: an element of a list whose secret is the next one. */
function asksForSecret(line: string): boolean {
  const name = /^\s*(?:-\s+)?["']?--?([A-Za-z][\w.-]{0,60})["']?,?\s*$/.exec(line)?.[1]
  return name !== undefined && isSecretName(name)
}

function hideWord(line: string): string {
  const [, head = '', word = '', tail = ''] = /^(\s*(?:-\s+)?["']?)(.*?)(["']?,?\s*)$/.exec(line) ?? []
  return word === '' || /^(\$|-)/.test(word) ? line : `${head}${hidden}${tail}`
}

function hasBegin(lines: readonly string[]): boolean {
  return lines.some((line) => /-----BEGIN [A-Z ]{0,30}PRIVATE KEY/.test(line))
}

function redactLine(line: string, { known, isStrict }: Redaction): string {
  let text = hideByName(known.replaceIn(line, hidden), isStrict)
  for (let round = 0; round < shapesPerLine; round += 1) {
    const found = secretIn(text.replaceAll(hidden, '$'))
    if (found === undefined) return hideLongTokens(text)
    text = text.replaceAll(found, hidden)
  }
  return hidden
}

/** `name = value`, `name: value`, `"name": "value"`, `ENV name value`. */
const assigned = /(["']?)([A-Za-z_][\w.-]{0,100})\1\s*(?:[:=]|(?<=^\s*(?:ENV|ARG)\s+[\w.-]+)\s)\s*/g

function hideByName(line: string, isStrict: boolean): string {
  for (const match of line.matchAll(assigned)) {
    const start = match.index + match[0].length
    const name = match[2] ?? ''
    const value = /^["']?([^"'\s,}\]]*)/.exec(line.slice(start))?.[1] ?? ''
    if (
      !(isStrict || isSecretName(name)) ||
      isReference(line.slice(start), isStrict) ||
      isHarmless(name, value)
    )
      continue
    return `${line.slice(0, start)}${hidden}`
  }
  return line
}

const reference = /^["']?(?:\$|\{\{|(?:var|local|data|module|each|random_\w+|aws_\w+|google_\w+)\.)/
const nothing = /^(?:["']?\s*$|(?:true|false|null)\b|[{[(|>])/

/** What names a value that stands elsewhere, and, but where every literal counts, what begins a block or is no text. */
function isReference(text: string, isStrict: boolean): boolean {
  return (
    (reference.test(text) && !holdsLiteral(text.split(',', 1)[0] ?? '')) ||
    /^(?:[{|>]?\s*$|(?:true|false|null)\b)/.test(text) ||
    (!isStrict && nothing.test(text))
  )
}

/** Tells whether a text stands beside or in what refers to another place: `"${var.a}x"`, `var.a == "" ? "x" : var.a`. */
export function holdsLiteral(text: string): boolean {
  const rest = text.replace(/\$\{[^{}]*\}/g, '')
  if (/^["']?\$\{/.test(text)) return /^["']?[^\s"',#}]*\w/.test(rest)
  return /["'][^"']*\w[^"']*["']/.test(rest)
}

/** Long runs of mixed letters and digits, such as keys have; digests of images are none. */
function hideLongTokens(line: string): string {
  return line.replace(/(?<![\w+/=:.-])[A-Za-z0-9+/=_]{32,}(?![\w.-])/g, (token) =>
    /\d/.test(token) && /[A-Z]/.test(token) && /[a-z]/.test(token) ? hidden : token,
  )
}
