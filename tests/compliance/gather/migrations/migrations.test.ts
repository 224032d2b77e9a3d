import { expect } from 'chai'
import { attributeOf, knownValueOf } from '../../../../compliance/evidence.ts'
import { migrationsReader } from '../../../../compliance/gather/migrations/migrations.ts'
import { splitSql } from '../../../../compliance/gather/migrations/split.ts'

const textsOf = (script: string) => splitSql(script).map(({ text }) => text)

describe('splitting SQL', () => {
  it('ends a statement at a semicolon outside of texts, names, dollar quotes and comments', () => {
    expect(
      textsOf("select ';'; select E'\\';'; select \"a;b\"; select $x$ ; $$ ; $x$; select 1 -- ;\n;"),
    ).to.deep.equal(["select ';'", "select E'\\';'", 'select "a;b"', 'select $x$ ; $$ ; $x$', 'select 1'])
    expect(textsOf('/* a; /* b; */ c; */ select 1; select 2')).to.deep.equal(['select 1', 'select 2'])
  })

  it('tells where a statement stands', () => {
    const found = splitSql('-- first\n\ncreate table a (\n  id int\n);\nselect 1;')
    expect(found.map(({ line, endLine }) => [line, endLine])).to.deep.equal([
      [3, 5],
      [6, 6],
    ])
  })

  it('ends where nobody closes a quote', () => {
    for (const open of ["select 'a; b", 'select "a; b', 'select $$ a; b', 'select /* a; b']) {
      expect(textsOf(open)).to.have.lengthOf(1)
    }
  })
})

describe('reading migrations', () => {
  const read = (scripts: Readonly<Record<string, string>>) => {
    const files = { paths: Object.keys(scripts), textOf: (path: string) => scripts[path] }
    return Object.entries(scripts).flatMap(([file, text]) =>
      migrationsReader.recognises?.(text) === true
        ? migrationsReader.read({ file, bytes: new TextEncoder().encode(text) }, files).resources
        : [],
    )
  }

  it('lays the scripts of a folder over each other in the order of their names', () => {
    const [table, ...others] = read({
      'migrations/001.sql': 'create table if not exists public."Grade" (id int, tenant_id text);',
      'migrations/002.sql': 'alter table public."Grade" enable row level security, force row level security;',
    })
    expect(others).to.deep.equal([])
    expect(table).to.include({ name: 'public.Grade', address: 'table.public.Grade' })
    expect(table?.position).to.include({ file: 'migrations/001.sql', startLine: 1 })
    // Asserted above.
    if (table === undefined) return
    expect(knownValueOf(table, 'tenant_columns')).to.deep.equal(['tenant_id'])
    expect(knownValueOf(table, 'row_security')).to.equal(true)
    expect(knownValueOf(table, 'force_row_security')).to.equal(true)
  })

  it('sees a tenant that is added later, and forgets a table that is dropped', () => {
    const found = read({
      'db/a.sql': 'create table a (id int); create table b (id int);',
      'db/b.sql': 'alter table a add column tenant_id text; drop table if exists b;',
    })
    expect(found.map(({ name }) => name)).to.deep.equal(['a'])
    expect(found.map((each) => knownValueOf(each, 'tenant_columns'))).to.deep.equal([['tenant_id']])
  })

  const enabled = (scripts: Readonly<Record<string, string>>) =>
    read(scripts).map((each) => knownValueOf(each, 'row_security'))

  it('lets 10 follow 2, whatever stands before the number', () => {
    for (const before of ['', 'V', 'db/V1.']) {
      const scripts = {
        [`migrations/${before}10__off.sql`]: 'alter table a disable row level security;',
        [`migrations/${before}2__on.sql`]: 'alter table a enable row level security;',
        [`migrations/${before}1__make.sql`]: 'create table a (id int, tenant_id text);',
      }
      expect(enabled(scripts)).to.deep.equal([false])
    }
  })

  it('runs what Flyway repeats last, and never what takes a version back', () => {
    const scripts = {
      'migrations/R__security.sql': 'alter table a enable row level security;',
      'migrations/U1__make.sql': 'drop table a;',
      'migrations/V1__make.sql': 'create table a (id int, tenant_id text);',
    }
    expect(enabled(scripts)).to.deep.equal([true])
  })

  for (const [up, down] of [
    ['-- migrate:up', '-- migrate:down'],
    ['-- +goose Up', '-- +goose Down'],
    ['-- +migrate Up', '-- +migrate Down'],
  ]) {
    it(`leaves out what stands below ${down}`, () => {
      const script = `${up}\ncreate table a (id int, tenant_id text);\n${down}\ndrop table a;\n${up}\nalter table a enable row level security;\n`
      const [table] = read({ 'migrations/1.sql': script })
      expect(table?.position).to.include({ startLine: 2 })
      expect(enabled({ 'migrations/1.sql': script })).to.deep.equal([true])
    })
  }

  it('does not know what code may have switched', () => {
    const [table] = read({
      'migrations/001.sql':
        "create table a (tenant text); do $$ begin execute format('alter table %I …', 'a'); end $$;",
    })
    expect(table === undefined ? undefined : attributeOf(table, 'row_security')).to.include({ known: false })
  })
})
