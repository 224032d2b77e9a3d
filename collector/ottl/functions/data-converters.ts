/** Converters of structured texts, ids and maps. */
import { CollectorError } from '../../errors.ts'
import type { Attribute, Value } from '../../process/model.ts'
import type { CallArguments } from '../arguments.ts'
import { failed } from '../ottl-value.ts'
import type { Getter } from '../path.ts'
import type { FunctionDefinition } from './function.ts'

/** As deep as values of OTLP may nest. */
const maxDepth = 32

export const dataConverters: readonly FunctionDefinition[] = [
  {
    name: 'ParseJSON',
    parameters: ['target'],
    summary: 'Reads JSON: objects as maps, every number as a double.',
    create: (call) => {
      const target = call.text('target')
      return (item) => parseJson(target(item))
    },
  },
  {
    name: 'URL',
    parameters: ['url_string'],
    summary:
      'Makes a map of the parts of a URL, with the keys of the semantic conventions (`url.scheme`, `url.domain` …).',
    create: (call) => {
      const target = call.text('url_string')
      return (item) => ({ map: partsOfUrl(target(item)) })
    },
  },
  {
    name: 'Keys',
    parameters: ['target'],
    summary: 'Lists the keys of a map.',
    create: (call) => {
      const entries = call.map('target')
      return (item) => entries(item).map(({ key }) => key)
    },
  },
  id('TraceID', 16),
  id('SpanID', 8),
]

function id(name: string, bytes: 8 | 16): FunctionDefinition {
  return {
    name,
    parameters: ['bytes'],
    summary: `Makes an id of ${bytes} bytes (0x…).`,
    create: (call: CallArguments): Getter => {
      const get = call.any('bytes')
      return (item) => {
        const value = get(item)
        if (!(value instanceof Uint8Array) || value.length !== bytes) throw failed(value, `${bytes} bytes`)
        const hex = Buffer.from(value).toString('hex')
        return { id: /^0+$/.test(hex) ? '' : hex }
      }
    },
  }
}

function parseJson(text: string): Value {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // The engine's message quotes the text, which may name a person.
    throw new CollectorError('OTTL_FAILED', 'found a text that is no JSON')
  }
  return jsonValue(parsed, 0)
}

function jsonValue(value: unknown, depth: number): Value {
  if (depth > maxDepth) throw new CollectorError('OTTL_FAILED', `found JSON deeper than ${maxDepth}`)
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return { double: value }
  if (Array.isArray(value)) return value.map((element) => jsonValue(element, depth + 1))
  if (typeof value !== 'object' || value === null) return undefined
  return { map: Object.entries(value).map(([key, entry]) => ({ key, value: jsonValue(entry, depth + 1) })) }
}

function partsOfUrl(url: string): Attribute[] {
  const found =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^/?#@]*)@)?([^/?#:[\]]*|\[[^\]]*\])(?::(\d*))?(?=[/?#]|$))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(
      url,
    )
  if (found === null || /[\s\u0000-\u001f]/.test(url))
    throw new CollectorError('OTTL_FAILED', 'found a text that is no URL')
  const [, scheme, user, domain, port, path, query, fragment] = found
  const [name, password] = user === undefined ? [] : user.split(/:(.*)/s)
  const extension = /\.([^./]+)$/.exec(path ?? '')?.[1]
  const parts: [string, Value][] = [
    ['url.original', url],
    ['url.domain', domain ?? ''],
    ['url.scheme', scheme ?? ''],
    ['url.path', path ?? ''],
  ]
  if (port !== undefined && port !== '') parts.push(['url.port', Number(port)])
  if (query !== undefined && query !== '') parts.push(['url.query', query])
  if (fragment !== undefined && fragment !== '') parts.push(['url.fragment', fragment])
  if (extension !== undefined) parts.push(['url.extension', extension])
  if (user !== undefined) parts.push(['url.user_info', user], ['url.username', name ?? ''])
  if (password !== undefined) parts.push(['url.password', password])
  return parts.map(([key, value]) => ({ key, value }))
}
