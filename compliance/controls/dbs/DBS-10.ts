/** Nobody has a right in the database because everybody has it. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isSchema } from '../read/postgres.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'PUBLIC can create nothing in the schema, and is granted no table of it, now or by default',
  'REVOKE CREATE ON SCHEMA public FROM PUBLIC; REVOKE ALL ON ALL TABLES IN SCHEMA … FROM PUBLIC',
)

const schema = (isOpen: boolean) => ({
  kind: 'postgres' as const,
  type: 'schema',
  attributes: { name: 'public', public_create: isOpen, public_grants: 0, public_defaults: 0 },
})

export const control: Control = {
  id: 'DBS-10',
  page: {
    why: 'Whoever may create in the schema public can put a function there that somebody with more rights calls by mistake.',
    good: [schema(false)],
    bad: [schema(true)],
  },
  sources: ['postgres'],
  applies: isSchema,
  check: judgeSchema,
}

function judgeSchema(schema: Resource): readonly Verdict[] {
  const create = attributeOf(schema, 'public_create')
  const right =
    create?.known !== true || create.value === null
      ? judge.unknown(`what PUBLIC may create ${create?.known === false ? create.why : 'was not told'}`)
      : isTrue(create.value)
        ? judge.fail('PUBLIC may create in it')
        : judge.pass('PUBLIC may create nothing in it')
  // What an extension brings along for everybody is the extension's to decide.
  const isOfExtension = knownValueOf(schema, 'is_of_extension') === true
  return [
    { ...right, part: 'create' },
    ...(isOfExtension ? [] : ['public_grants', 'public_defaults'].map((path) => judgeCount(schema, path))),
  ]
}

function judgeCount(schema: Resource, path: string): Verdict {
  const count = attributeOf(schema, path)
  const what = path === 'public_grants' ? 'rights on its tables' : 'rights on tables to come'
  if (count?.known !== true || count.value === null) {
    return { ...judge.unknown(`${what} ${count?.known === false ? count.why : 'were not told'}`), part: path }
  }
  const found = `PUBLIC has ${Number(count.value)} ${what}`
  return { ...(Number(count.value) === 0 ? judge.pass(found) : judge.fail(found)), part: path }
}
