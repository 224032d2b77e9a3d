/**
 * Migrations of PostgreSQL as tables: `migrated_table` for every table that the scripts of one folder make, with
 * `tenant_columns`, `row_security` and `force_row_security` as the last script leaves them. Only CREATE TABLE, ALTER
 * TABLE and DROP TABLE as whole statements are understood; where code makes statements of texts, what nobody wrote as
 * one is unknown.
 */
import type { Position, Resource } from '../../evidence.ts'
import type { FileReader, FileSet } from '../file-reader.ts'
import { flatten, type Value } from '../value.ts'
import { splitSql, type SqlStatement } from './split.ts'

const path =
  /(?:^|\/)(?:migrations?|migrate|db|schema|sql|flyway|liquibase)\/(?:[^/]+\/){0,2}[^/]+\.sql$|(?:^|\/)(?:schema|structure)\.sql$/i

export const migrationsReader: FileReader = {
  kind: 'repository',
  path,
  recognises: (text) => /\bcreate\s+(?:unlogged\s+)?table\b/i.test(text),
  readsOthers: true,
  read: ({ file }, files) => {
    const scripts = scriptsBeside(file, files)
    // The first script that makes tables speaks for the folder: the order of names is the order they run in.
    const speaker = scripts.find((each) => migrationsReader.recognises?.(files.textOf(each) ?? '') === true)
    return { resources: speaker === file ? tablesOf(scripts, files) : [], faults: [] }
  },
}

function scriptsBeside(file: string, files: FileSet): readonly string[] {
  const folder = folderOf(file)
  const beside = byFolder(files).get(folder) ?? [file]
  return beside.includes(file) ? beside : [file]
}

const known = new WeakMap<FileSet, ReadonlyMap<string, readonly string[]>>()

function byFolder(files: FileSet): ReadonlyMap<string, readonly string[]> {
  const before = known.get(files)
  if (before !== undefined) return before
  const scripts = files.paths.filter((each) => /\.sql$/i.test(each) && !takesBack.test(each))
  const found = Map.groupBy(scripts.toSorted(inOrder), folderOf)
  known.set(files, found)
  return found
}

/** Scripts that take back what another one did: `x.down.sql`, Flyway's `U2__x.sql`. */
const takesBack = /(?:^|[./_-])(?:down|undo|rollback|revert)\.sql$|(?:^|\/)U\d[\w.]*__[^/]*$/i
const collator = new Intl.Collator('en', { numeric: true })

/** Numbers count as numbers, so 10 follows 2; Flyway runs what is repeatable, `R__x.sql`, after all versions. */
function inOrder(left: string, right: string): number {
  const isRepeatable = (file: string) => Number(/(?:^|\/)R__[^/]*$/.test(file))
  return isRepeatable(left) - isRepeatable(right) || collator.compare(left, right)
}

const direction = /^[ \t]*--[ \t]*(?:\+(?:goose|migrate)[ \t]+|migrate:)(up|down)\b/i

/** Empties the lines by which dbmate, goose and sql-migrate take a script back. */
function wayUp(script: string): string {
  let isUp = true
  const lines = script.split('\n').map((line) => {
    const found = direction.exec(line)?.[1]
    if (found !== undefined) isUp = found.toLowerCase() === 'up'
    return isUp ? line : ''
  })
  return lines.join('\n')
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1)
}

interface Table {
  readonly name: string
  readonly position: Position
  readonly tenantColumns: string[]
  enabled: boolean
  forced: boolean
}

const identifier = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)`
const relation = String.raw`(${identifier}(?:\s*\.\s*${identifier})?)`
const creates = new RegExp(
  String.raw`^create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?${relation}\s*([\s\S]*)$`,
  'i',
)
const alters = new RegExp(
  String.raw`^alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?${relation}\s+([\s\S]*)$`,
  'i',
)
const drops = new RegExp(String.raw`^drop\s+table\s+(?:if\s+exists\s+)?${relation}`, 'i')
const column = /(?:^|[(,])\s*(?:add\s+(?:column\s+)?(?:if\s+not\s+exists\s+)?)?"?(tenant(?:_id)?)"?\s+[a-z]/gi

/** Code that may make statements of texts: what it does is written nowhere as a statement. */
function hidesStatements({ text }: SqlStatement): boolean {
  return (
    /^(?:do|create\s+(?:or\s+replace\s+)?(?:function|procedure)|call|select|\\i)\b/i.test(text) &&
    /row\s+level\s+security|\bexecute\b|^\\i/i.test(text)
  )
}

function tablesOf(scripts: readonly string[], files: FileSet): Resource[] {
  const tables = new Map<string, Table>()
  const statements = scripts.flatMap((file) =>
    splitSql(wayUp(files.textOf(file) ?? '')).map((statement) => ({ file, statement })),
  )
  for (const { file, statement } of statements) apply(statement, file, tables)
  const code = statements.find(({ statement }) => hidesStatements(statement))?.file
  return [...tables.values()].map((table) => resourceOf(table, code))
}

function apply({ text, line, endLine }: SqlStatement, file: string, tables: Map<string, Table>): void {
  const [, made, body = ''] = creates.exec(text) ?? []
  if (made !== undefined) {
    const name = nameOf(made)
    const position = { file, startLine: line, endLine }
    if (!tables.has(name))
      tables.set(name, { name, position, tenantColumns: tenantsIn(body), enabled: false, forced: false })
    return
  }
  const dropped = drops.exec(text)?.[1]
  if (dropped !== undefined) tables.delete(nameOf(dropped))
  const [, altered, change = ''] = alters.exec(text) ?? []
  const table = altered === undefined ? undefined : tables.get(nameOf(altered))
  if (table === undefined) return
  table.tenantColumns.push(...tenantsIn(change))
  if (/\benable\s+row\s+level\s+security\b/i.test(change)) table.enabled = true
  if (/\bdisable\s+row\s+level\s+security\b/i.test(change)) table.enabled = false
  if (/\bno\s+force\s+row\s+level\s+security\b/i.test(change)) table.forced = false
  else if (/\bforce\s+row\s+level\s+security\b/i.test(change)) table.forced = true
}

function tenantsIn(text: string): string[] {
  return [...text.matchAll(column)].map(([, name = '']) => name.toLowerCase())
}

function nameOf(written: string): string {
  return written
    .split(/\s*\.\s*/)
    .map((part) => (part.startsWith('"') ? part.slice(1, -1) : part.toLowerCase()))
    .join('.')
}

function resourceOf(
  { name, position, tenantColumns, enabled, forced }: Table,
  code: string | undefined,
): Resource {
  const told = (isOn: boolean): Value =>
    isOn || code === undefined
      ? { kind: 'plain', value: isOn }
      : { kind: 'unknown', why: `may be switched by the code in ${code}` }
  const columns = tenantColumns.map((value): Value => ({ kind: 'plain', value }))
  const entries = new Map<string, Value>([
    ['tenant_columns', { kind: 'list', items: columns }],
    ['row_security', told(enabled)],
    ['force_row_security', told(forced)],
  ])
  return {
    kind: 'repository',
    type: 'migrated_table',
    name,
    address: `table.${name}`,
    position,
    attributes: flatten({ kind: 'map', entries }, position),
  }
}
