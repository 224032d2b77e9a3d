/** Encoding, hash and identifier functions of Terraform. */
import { createHash } from 'node:crypto'
import { isUtf8 } from 'node:buffer'
import { parse } from 'yaml'
import { list, object, text, unknown, type Value } from '../values/value.ts'
import { identityOf, shortened, unknownIn } from '../values/inspect.ts'
import { FunctionStop, open, pure, textOf, type CallContext, type FunctionTable } from './definition.ts'
import { decodeJson, encodeJson, valueOf } from './json.ts'
import { encodeYaml } from './yaml.ts'

export const encodingFunctions: FunctionTable = {
  base64encode: pure(1, 1, ([value]) => text(Buffer.from(textOf(value)).toString('base64'))),
  base64decode: pure(1, 1, ([value]) => text(decodeBase64(textOf(value)))),
  textencodebase64: pure(2, 2, ([value, encoding]) => {
    refuseEncoding(textOf(encoding))
    return text(Buffer.from(textOf(value)).toString('base64'))
  }),
  textdecodebase64: pure(2, 2, ([value, encoding]) => {
    refuseEncoding(textOf(encoding))
    return text(decodeBase64(textOf(value)))
  }),
  jsonencode: open(1, 1, ([value = list([])]) => {
    const hidden = unknownIn(value)
    if (hidden === undefined) return { kind: 'string', value: encodeJson(value), document: value }
    if (hidden.isError === true) return hidden
    if (value.kind === 'unknown') throw new FunctionStop(value.why, false)
    return { ...unknown(shortened(`jsonencode(${identityOf(value)})`), hidden.why), document: value }
  }),
  jsondecode: open(1, 1, ([value], context) => {
    if (value?.kind === 'unknown') {
      if (value.document !== undefined) return value.document
      throw new FunctionStop(value.why, false)
    }
    return decoded(textOf(value), jsonText, context)
  }),
  yamlencode: pure(1, 1, ([value]) => text(encodeYaml(value ?? list([])))),
  yamldecode: pure(1, 1, ([value], context) => decoded(textOf(value), yamlText, context)),
  csvdecode: pure(1, 1, ([value], context) => decoded(textOf(value), csvText, context)),
  urlencode: pure(1, 1, ([value]) => text(encodeUrl(textOf(value)))),
  urldecode: pure(1, 1, ([value]) => text(decodeUrl(textOf(value)))),
  md5: pure(1, 1, ([value]) => text(digest('md5', textOf(value), 'hex'))),
  sha1: pure(1, 1, ([value]) => text(digest('sha1', textOf(value), 'hex'))),
  sha256: pure(1, 1, ([value]) => text(digest('sha256', textOf(value), 'hex'))),
  sha512: pure(1, 1, ([value]) => text(digest('sha512', textOf(value), 'hex'))),
  base64sha256: pure(1, 1, ([value]) => text(digest('sha256', textOf(value), 'base64'))),
  base64sha512: pure(1, 1, ([value]) => text(digest('sha512', textOf(value), 'base64'))),
  uuidv5: pure(2, 2, ([namespace, name]) => text(uuid5(textOf(namespace), textOf(name)))),
}

interface Decoder {
  readonly name: string
  readonly read: (source: string) => Value
  /** What a step of evaluation is worth, as measured: YAML takes some forty times as long as JSON. */
  readonly charactersPerStep: number
}

const jsonText: Decoder = { name: 'json', read: decodeJson, charactersPerStep: 50 }
const csvText: Decoder = { name: 'csv', read: decodeCsv, charactersPerStep: 20 }
const yamlText: Decoder = { name: 'yaml', read: decodeYaml, charactersPerStep: 2 }

function decoded(source: string, decoder: Decoder, { spend, once }: CallContext): Value {
  const { name, read, charactersPerStep } = decoder
  return once(`${name} ${source}`, () => {
    if (!spend(Math.ceil(source.length / charactersPerStep)))
      throw new FunctionStop('takes too many steps to read', false)
    return read(source)
  })
}

function digest(algorithm: string, value: string, encoding: 'hex' | 'base64'): string {
  return createHash(algorithm).update(value).digest(encoding)
}

function decodeBase64(value: string): string {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)) {
    throw new FunctionStop('found a text that is not base64')
  }
  const bytes = Buffer.from(value, 'base64')
  if (!isUtf8(bytes)) throw new FunctionStop('found bytes that are no text')
  return bytes.toString()
}

function refuseEncoding(name: string): void {
  if (!/^utf-?8$/i.test(name)) throw new FunctionStop('is written in an encoding that is not computed', false)
}

/** Everything but letters, digits and `-_.~` is escaped; a blank becomes `+`, as in a query. */
function encodeUrl(value: string): string {
  return encodeURIComponent(value.toWellFormed())
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

function decodeUrl(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    throw new FunctionStop('found an escape that urls do not have')
  }
}

/** YAML 1.2 of the core schema; anchors are bounded, tags of other kinds refused. */
function decodeYaml(source: string): Value {
  try {
    const document: unknown = parse(source, { maxAliasCount: 100, version: '1.2', prettyErrors: false })
    return valueOf(document)
  } catch (error) {
    if (error instanceof FunctionStop) throw error
    throw new FunctionStop('found a text that is no yaml')
  }
}

const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Name spaces of RFC 9562, appendix A. */
const namespaces: ReadonlyMap<string, string> = new Map(
  Object.entries({
    dns: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
    url: '6ba7b811-9dad-11d1-80b4-00c04fd430c8',
    oid: '6ba7b812-9dad-11d1-80b4-00c04fd430c8',
    x500: '6ba7b814-9dad-11d1-80b4-00c04fd430c8',
  }),
)

function uuid5(namespace: string, name: string): string {
  const space = namespaces.get(namespace) ?? namespace
  if (!uuidForm.test(space)) throw new FunctionStop('found a name space that is no uuid')
  const bytes = Buffer.concat([Buffer.from(space.replaceAll('-', ''), 'hex'), Buffer.from(name)])
  const hash = createHash('sha1').update(bytes).digest().subarray(0, 16)
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** RFC 4180; the first line names the attributes of the others. */
function decodeCsv(source: string): Value {
  const [header = [], ...rows] = csvRows(source)
  const objects = rows.map((row) => {
    if (row.length !== header.length) throw new FunctionStop('found a row of another length than the header')
    return object(new Map(header.map((name, at): [string, Value] => [name, text(row[at] ?? '')])))
  })
  return list(objects, 'list')
}

function csvRows(source: string): string[][] {
  const rows: string[][] = []
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  let row: string[] = []
  for (let at = 0; at < source.length; at = field.lastIndex) {
    field.lastIndex = at
    const found = field.exec(source)
    if (found === null) throw new FunctionStop('found a text that is no csv')
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '')
    if (found[3] === ',' && field.lastIndex < source.length) continue
    if (found[3] === ',') row.push('')
    if (!(row.length === 1 && row[0] === '')) rows.push(row)
    row = []
  }
  return rows
}
