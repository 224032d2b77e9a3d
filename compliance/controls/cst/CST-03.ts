/** Every cost has an owner: what is made says for what and for whom. */
import { attributeOf, childrenOf, lastSegmentOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot } from '../read/neighbours.ts'
import { judgeBy } from '../verdict.ts'
import { taggable } from './taggable.ts'

const judge = judgeBy(
  'tags Project, Environment, Owner and CostCenter, by the resource or by default_tags',
  'set default_tags of the provider, and owners that differ at the resource',
)
/** Names by what they say; case and dividers differ from house to house. */
const asked: readonly (readonly [string, RegExp])[] = [
  ['Project', /^(?:project|application|app|service|product)(?:[-_]?name)?$/i],
  ['Environment', /^(?:environment|env|stage)$/i],
  ['Owner', /^(?:owner|team|managed[-_]?by|contact)$/i],
  ['CostCenter', /^(?:cost[-_]?cent(?:er|re)|billing|department)$/i],
]

export const control: Control = {
  id: 'CST-03',
  sources: ['terraform'],
  page: {
    why: 'What nobody owns nobody turns off, patches or pays attention to.',
    good: [
      {
        file: 'main.tf',
        text: example(
          'Project = "campus", Environment = "production", Owner = "platform", CostCenter = "it-4200"',
        ),
      },
    ],
    bad: [{ file: 'main.tf', text: example('Name = "records"') }],
  },
  applies: ({ kind, type }) => kind === 'terraform' && taggable.has(type),
  check: judgeTags,
}

function judgeTags(resource: Resource, evidence: Evidence): Verdict {
  const own = resource.type.startsWith('google_') ? 'labels' : 'tags'
  const shared = resource.type.startsWith('google_') ? 'default_labels' : 'default_tags.0.tags'
  const holders: readonly (readonly [Resource, string])[] = [
    [resource, own],
    ...inRoot(evidence, resource, 'provider').map((provider) => [provider, shared] as const),
  ]
  const names = holders.flatMap(([holder, path]) => childrenOf(holder, path).map(lastSegmentOf))
  const lacking = asked
    .filter(([, pattern]) => !names.some((name) => pattern.test(name)))
    .map(([name]) => name)
  if (lacking.length === 0) return judge.pass('it says what it is for')
  const hidden = holders
    .map(([holder, path]) => attributeOf(holder, childrenOf(holder, path).length === 0 ? path : `${path}.*`))
    .find((each) => each?.known === false)
  return hidden?.known === false
    ? judge.unknown(`its tags: ${hidden.why}`, hidden)
    : judge.fail(`no tag ${lacking.join(', ')}`, attributeOf(resource, own))
}

function example(tags: string): string {
  return `resource "aws_s3_bucket" "records" {\n  tags = { ${tags} }\n}\n`
}
