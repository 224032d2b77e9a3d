/** Fifty people of every script, each written in every way in which a value hides on its way through software. */
import { makeCanaries, type Canary } from '../support/canaries.ts'

/** Names beyond ASCII; the first is composed, so that its decomposition differs. */
const names = [
  'Żaneta Śliwińska',
  'Σωκράτης Παπαδόπουλος',
  'Владимир Ковальчук',
  '王小明 李大文',
  'محمد الفارسي',
  'Nguyễn Thị Ánh',
] as const

/** Lists fifty canaries; six of the thirteen names are not Latin or not of ASCII. */
export function worldCanaries(): readonly Canary[] {
  return makeCanaries().map((canary, at) => {
    const value = names[at]
    return value === undefined ? canary : { kind: 'name', value }
  })
}

/** Ways of writing, by name. */
export const writings: Readonly<Record<string, (value: string) => string>> = {
  'as it is': (value) => value,
  'in capitals': (value) => value.toUpperCase(),
  'in small letters': (value) => value.toLowerCase(),
  'percent-encoded': encodeURIComponent,
  'percent-encoded in every byte': percentOfAll,
  'percent-encoded twice': (value) => encodeURIComponent(encodeURIComponent(value)),
  'as a form': (value) => encodeURIComponent(value).replaceAll('%20', '+'),
  'in base64': (value) => Buffer.from(value).toString('base64'),
  'in base64url': (value) => Buffer.from(value).toString('base64url'),
  'in hexadecimal': (value) => Buffer.from(value).toString('hex'),
  'in hexadecimal of capitals': (value) => Buffer.from(value).toString('hex').toUpperCase(),
  'with escapes of JSON': (value) => units(value, (unit) => `\\u${unit.toString(16).padStart(4, '0')}`),
  'with entities': (value) => units(value, (unit) => `&#${unit};`),
  'with hexadecimal entities': (value) => units(value, (unit) => `&#x${unit.toString(16)};`),
  'in full width': (value) =>
    units(value, (unit) => String.fromCharCode(unit > 32 && unit < 127 ? unit + 0xfee0 : unit)),
  decomposed: (value) => value.normalize('NFD'),
  composed: (value) => value.normalize('NFC'),
  'joined by a line': (value) => value.toLowerCase().replaceAll(' ', '_'),
  'joined by a dot': (value) => value.replaceAll(' ', '.'),
  'joined by nothing': (value) => value.replaceAll(' ', ''),
  'with invisible signs': (value) => value.split('').join('\u200b'),
}

function percentOfAll(value: string): string {
  return [...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

function units(value: string, write: (unit: number) => string): string {
  return Array.from({ length: value.length }, (_, at) => write(value.charCodeAt(at))).join('')
}

/** The parts of a name, in small letters, as fields of their own would hold them; other canaries have no parts. */
export function partsOf({ kind, value }: Canary): readonly string[] {
  return kind === 'name' ? value.toLowerCase().split(' ') : []
}

/** A form of a canary to be searched for. */
export interface Form {
  readonly canary: Canary
  readonly writing: string
  /** In small letters of ASCII, as bytes of UTF-8, one character each. */
  readonly text: string
}

/** Lists every form of every canary once; padding of base64 is left out, as it may be cut. */
export function formsOf(canaries: readonly Canary[]): readonly Form[] {
  return canaries.flatMap((canary) => {
    const seen = new Set<string>()
    const written = [
      ...Object.entries(writings).map(([writing, write]) => [writing, write(canary.value)] as const),
      // Shorter ones stand in words of programs.
      ...partsOf(canary).flatMap((part) => (part.length < 6 ? [] : [['in parts', part] as const])),
    ]
    return written.flatMap(([writing, value]) => {
      const text = latin(value).toLowerCase().replace(/=+$/, '')
      if (seen.has(text)) return []
      seen.add(text)
      return [{ canary, writing, text }]
    })
  })
}

/** Lists the forms that stand in the bytes, in whatever case. */
export function findForms(bytes: Uint8Array | string, forms: readonly Form[]): readonly Form[] {
  const text = (
    typeof bytes === 'string' ? latin(bytes) : Buffer.from(bytes).toString('latin1')
  ).toLowerCase()
  return forms.filter((form) => text.includes(form.text))
}

/** The bytes of UTF-8 as one character each: what is searched is bytes. */
function latin(text: string): string {
  return Buffer.from(text).toString('latin1')
}
