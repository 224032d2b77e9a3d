/**
 * `data.aws_iam_policy_document` as the document it makes (documentation of the AWS provider): statements of the
 * sources, then its own, then overrides, which replace the statement of the same Sid. The structure is known; the
 * text, whose spaces and order belong to the provider, is not claimed to be.
 */
import { FunctionStop } from '../functions/definition.ts'
import { decodeJson } from '../functions/json.ts'
import { isSensitive } from '../values/inspect.ts'
import { list, object, text, unknown, type Unknown, type Value } from '../values/value.ts'

let hidden = 0

/** What one policy hides is not what another one hides. */
function hiddenPart(why: string): Unknown {
  return unknown(`policy #${(hidden += 1)}`, why)
}

interface Statements {
  readonly known: Value[]
  rest?: Unknown
}

/** Makes the document of a body. */
export function policyDocument(body: Value, identity: string): Value {
  if (body.kind !== 'object') return body
  const part = (name: string) => body.entries.get(name)
  const statements: Statements = { known: [] }
  for (const source of documentsIn(part('source_json'), part('source_policy_documents')))
    append(statements, source)
  const own = part('statement')
  if (own?.kind === 'list') {
    for (const each of own.items) addStatement(statements, statementOf(each), true)
    if (own.rest !== undefined) statements.rest ??= own.rest
  }
  for (const override of documentsIn(part('override_json'), part('override_policy_documents'))) {
    append(statements, override, true)
  }
  const version = part('version')
  const id = part('policy_id')
  const document = object(
    new Map<string, Value>([
      ['Version', version === undefined || version.kind === 'null' ? text('2012-10-17') : version],
      ...(id === undefined || id.kind === 'null' ? [] : [['Id', id] as const]),
      ['Statement', list(statements.known, 'tuple', statements.rest)],
    ]),
  )
  const value = { ...unknown(identity, `refers to ${identity}`), document }
  return isSensitive(document) ? { ...value, isSensitive: true } : value
}

function documentsIn(single: Value | undefined, several: Value | undefined): Value[] {
  const lists =
    several?.kind === 'list' ? [...several.items, ...(several.rest === undefined ? [] : [several.rest])] : []
  const other = several !== undefined && several.kind !== 'list' && several.kind !== 'null' ? [several] : []
  return [...(single === undefined ? [] : [single]), ...lists, ...other].filter(({ kind }) => kind !== 'null')
}

/** Adds the statements of a document; one that is not known may hold any, and may replace any when it overrides. */
function append(statements: Statements, written: Value, isOverride = false): void {
  const document = read(written)
  const found = document?.kind === 'object' ? document.entries.get('Statement') : undefined
  if (found?.kind === 'list' && found.rest === undefined) {
    for (const each of found.items) addStatement(statements, each, isOverride)
  } else if (found?.kind === 'object') addStatement(statements, found, isOverride)
  else if (document?.kind !== 'object' || found !== undefined) {
    const why = written.kind === 'unknown' ? written.why : 'is no policy'
    statements.rest ??= hiddenPart(why)
    if (isOverride) statements.known.splice(0, statements.known.length)
  }
}

function read(written: Value): Value | undefined {
  if (written.kind === 'unknown') return written.document
  if (written.kind !== 'string' || written.value.trim() === '') return object(new Map())
  try {
    return decodeJson(written.value)
  } catch (error) {
    if (error instanceof FunctionStop) return undefined
    throw error
  }
}

function addStatement(statements: Statements, statement: Value, isOverride: boolean): void {
  const sid = sidOf(statement)
  const at = sid === undefined || !isOverride ? -1 : statements.known.findIndex((each) => sidOf(each) === sid)
  if (at === -1) statements.known.push(statement)
  else statements.known[at] = statement
}

function sidOf(statement: Value): string | undefined {
  const sid = statement.kind === 'object' ? statement.entries.get('Sid') : undefined
  return sid?.kind === 'string' && sid.value !== '' ? sid.value : undefined
}

const plainParts: readonly (readonly [from: string, to: string])[] = [
  ['actions', 'Action'],
  ['not_actions', 'NotAction'],
  ['resources', 'Resource'],
  ['not_resources', 'NotResource'],
]

function statementOf(block: Value): Value {
  if (block.kind !== 'object') return block
  const entries = new Map<string, Value>()
  const sid = block.entries.get('sid')
  const effect = block.entries.get('effect')
  if (sid !== undefined && sid.kind !== 'null') entries.set('Sid', sid)
  entries.set('Effect', effect === undefined || effect.kind === 'null' ? text('Allow') : effect)
  for (const [from, to] of plainParts) {
    const value = block.entries.get(from)
    if (value !== undefined && value.kind !== 'null') entries.set(to, oneOrAll(value))
  }
  addPrincipals(entries, 'Principal', block.entries.get('principals'))
  addPrincipals(entries, 'NotPrincipal', block.entries.get('not_principals'))
  addConditions(entries, block.entries.get('condition'))
  return { ...object(entries), ...(block.at === undefined ? {} : { at: block.at }) }
}

/** A single element is written alone. */
function oneOrAll(value: Value): Value {
  const [only] = value.kind === 'list' && value.rest === undefined ? value.items : []
  return value.kind === 'list' && value.items.length === 1 && only !== undefined ? only : value
}

function addPrincipals(entries: Map<string, Value>, name: string, blocks: Value | undefined): void {
  if (blocks?.kind !== 'list' || (blocks.items.length === 0 && blocks.rest === undefined)) return
  const byType = new Map<string, Value>()
  let rest = blocks.rest
  for (const block of blocks.items) {
    const type = block.kind === 'object' ? block.entries.get('type') : undefined
    const identifiers = block.kind === 'object' ? block.entries.get('identifiers') : undefined
    if (type?.kind === 'string') byType.set(type.value, joined(byType.get(type.value), identifiers))
    else rest ??= hiddenPart('is a principal of a type that is not known')
  }
  // `*` of type `*` is everybody, and written without a type.
  const everybody = byType.get('*')
  const isAll = byType.size === 1 && rest === undefined && everybody?.kind === 'string'
  entries.set(name, isAll ? everybody : object(byType, 'object', rest))
}

function joined(before: Value | undefined, added: Value | undefined): Value {
  if (added === undefined) return before ?? list([])
  if (before === undefined) return oneOrAll(added)
  const items = [before, added].flatMap((each) => (each.kind === 'list' ? each.items : [each]))
  const rest = [before, added].find((each) => each.kind === 'list' && each.rest !== undefined)
  return list(items, 'tuple', rest?.kind === 'list' ? rest.rest : undefined)
}

function addConditions(entries: Map<string, Value>, blocks: Value | undefined): void {
  if (blocks?.kind !== 'list' || (blocks.items.length === 0 && blocks.rest === undefined)) return
  const byTest = new Map<string, Map<string, Value>>()
  let rest = blocks.rest
  for (const block of blocks.items) {
    const part = (name: string) => (block.kind === 'object' ? block.entries.get(name) : undefined)
    const [test, variable] = [part('test'), part('variable')]
    if (test?.kind === 'string' && variable?.kind === 'string') {
      const group = byTest.get(test.value) ?? new Map<string, Value>()
      group.set(variable.value, oneOrAll(part('values') ?? list([])))
      byTest.set(test.value, group)
    } else rest ??= hiddenPart('is a condition that is not known')
  }
  const tests = [...byTest].map(([test, group]): [string, Value] => [test, object(group)])
  entries.set('Condition', object(new Map(tests), 'object', rest))
}
