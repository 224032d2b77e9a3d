/** Turns values into the flat attributes of evidence. */
import type { Attribute, Position } from '../../evidence.ts'
import { textAt } from '../evaluate/scope.ts'
import { FunctionStop } from '../functions/definition.ts'
import { decodeJson } from '../functions/json.ts'
import { withoutQuoted } from '../hcl/quoted.ts'
import { flattenLevels, type Level } from '../value.ts'
import { toNumber } from '../values/decimal.ts'
import { list, object, type Trace, type Unknown, type Value } from '../values/value.ts'

/** Most steps of a trace that are shown. */
const traceLimit = 12

/** Flattens a body. */
export function attributesOf(body: Value, at: Position): ReadonlyMap<string, Attribute> {
  return flattenLevels(body, at, levelOf)
}

function levelOf(value: Value, name: string): Level<Value> {
  const read = isDocument(name) ? structureOf(value) : value
  const isText = read.kind === 'string' || read.kind === 'unknown'
  return isText && read.document !== undefined
    ? documentOf(read, read.document)
    : marked(plainLevel(read), read)
}

/** Attributes whose text is a JSON document; controls read their structure, not their spelling. */
function isDocument(name: string): boolean {
  return name === 'policy' || name.endsWith('_policy') || name === 'container_definitions'
}

type Writable<T> = T extends unknown ? { -readonly [Key in keyof T]: T[Key] } : never

/** Sets where a value stands and how it came to be known on what was just made of it. */
function marked(
  level: Writable<Level<Value>>,
  { at, isForeign, isSensitive, via, reference }: Value,
): Level<Value> {
  if (at !== undefined) level.at = at.file.positionOf(at.span)
  if (isForeign === true) level.isForeign = true
  if (isSensitive === true) level.isSensitive = true
  if (via !== undefined) level.trace = traceOf(via)
  if (reference !== undefined) level.identity = reference
  return level
}

function plainLevel(value: Value): Writable<Level<Value>> {
  switch (value.kind) {
    case 'null':
      return { kind: 'plain', value: null }
    case 'string':
    case 'bool':
      return { kind: 'plain', value: value.value }
    case 'number':
      return { kind: 'plain', value: toNumber(value.value) }
    case 'list':
      return { kind: 'list', items: value.items, ...openOf(value.rest) }
    case 'object':
      return { kind: 'map', entries: value.entries, ...openOf(value.rest) }
    case 'unknown':
      return { kind: 'unknown', why: value.why, ...expressionOf(value), identity: value.identity }
  }
}

/** `jsonencode` shows its structure: controls read a policy the same way however it was written. */
function documentOf(value: Value, document: Value): Level<Value> {
  const { at, via, isForeign, isSensitive, reference } = value
  return levelOf(
    {
      ...document,
      ...(at === undefined ? {} : { at }),
      ...(isForeign === undefined ? {} : { isForeign }),
      ...(isSensitive === undefined ? {} : { isSensitive }),
      ...(via === undefined ? {} : { via }),
      ...(reference === undefined ? {} : { reference }),
    },
    '',
  )
}

function openOf(rest: Unknown | undefined): { open?: string } {
  return rest === undefined ? {} : { open: rest.why }
}

function expressionOf({ at }: Value): { expression?: string } {
  return at === undefined ? {} : { expression: textAt(at) }
}

/** Lists the steps of a trace, the last one first: `local.name at main.tf:3`. */
function traceOf(via: Trace): string[] {
  const steps: string[] = []
  for (let each: Trace | undefined = via; each !== undefined && steps.length < traceLimit; each = each.from) {
    const at = each.at?.file.positionOf(each.at.span)
    steps.push(at === undefined ? each.step : `${each.step} at ${at.file}:${at.startLine}`)
  }
  return steps
}

/** Reads the JSON in a text; text that is none stays what it is. Parts of it that are not known stay unknown. */
function structureOf(value: Value): Value {
  if (value.kind === 'string') return value.document === undefined ? jsonIn(value.value, value) : value
  if (value.kind !== 'unknown' || value.pieces === undefined) return value
  const hidden: Unknown[] = []
  const written = value.pieces.map((piece) => {
    if (typeof piece === 'string') return piece
    hidden.push(piece)
    return markOf(hidden.length - 1)
  })
  const document = jsonIn(written.join(''), value)
  return document === value ? value : filled(document, hidden)
}

/** Stands for a part of a text that is not known; no file can hold it, as it is no character. */
function markOf(index: number): string {
  return `\uffff${index}\uffff`
}

function jsonIn(source: string, value: Value): Value {
  if (!/^\s*[[{]/.test(source)) return value
  const document = decoded(source) ?? decoded(withoutSpareCommas(source))
  if (document === undefined) return value
  const { at, isForeign, via, isSensitive, reference } = value
  return {
    ...document,
    ...(at === undefined ? {} : { at }),
    ...(isForeign === undefined ? {} : { isForeign }),
    ...(via === undefined ? {} : { via }),
    ...(isSensitive === undefined ? {} : { isSensitive }),
    ...(reference === undefined ? {} : { reference }),
  }
}

function decoded(source: string): Value | undefined {
  try {
    return decodeJson(source)
  } catch (error) {
    if (error instanceof FunctionStop) return undefined
    throw error
  }
}

/** A comma before the end of a list is no JSON, and what it means is plain: what stands there is judged. */
function withoutSpareCommas(source: string): string {
  const pieces: string[] = []
  let from = 0
  for (const { index } of withoutQuoted(source).matchAll(/(?<=[\w"\]}]\s{0,200}),(?=\s*[\]}])/g)) {
    pieces.push(source.slice(from, index))
    from = index + 1
  }
  return pieces.join('') + source.slice(from)
}

/** Puts the unknown parts back where their marks are. */
function filled(value: Value, hidden: readonly Unknown[]): Value {
  if (value.kind === 'string') {
    const found = /\uffff(\d+)\uffff/.exec(value.value)
    const part = found === null ? undefined : hidden[Number(found[1])]
    if (found === null || part === undefined) return value
    if (found[0] === value.value) return part
    return {
      kind: 'unknown',
      identity: `${JSON.stringify(value.value)} with ${part.identity}`,
      why: part.why,
    }
  }
  if (value.kind === 'list') {
    return {
      ...value,
      ...list(
        value.items.map((item) => filled(item, hidden)),
        value.form,
      ),
    }
  }
  if (value.kind !== 'object') return value
  const hasOpenKey = [...value.entries.keys()].some((key) => key.includes('\uffff'))
  const entries = [...value.entries].filter(([key]) => !key.includes('\uffff'))
  const [first] = hidden
  return {
    ...value,
    ...object(
      new Map(entries.map(([key, item]) => [key, filled(item, hidden)])),
      value.form,
      hasOpenKey && first !== undefined ? first : undefined,
    ),
  }
}
