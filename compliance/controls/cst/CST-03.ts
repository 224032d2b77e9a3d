/** Every cost has an owner: what is made says for what and for whom. */
import {
  attributeOf,
  childrenOf,
  lastSegmentOf,
  type Evidence,
  type Resource,
  type UnknownAttribute,
} from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot, oncePerRoot } from '../read/neighbours.ts'
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
  const isGoogle = resource.type.startsWith('google_')
  const own = saidBy(resource, isGoogle ? 'labels' : 'tags')
  const { google, aws } = sharedIn(resource, evidence)
  const shared = isGoogle ? google : aws
  const lacking = asked.map(([name]) => name).filter((name) => !own.says.has(name) && !shared.says.has(name))
  if (lacking.length === 0) return judge.pass('it says what it is for')
  const hidden = own.hidden ?? shared.hidden
  return hidden === undefined
    ? judge.fail(`no tag ${lacking.join(', ')}`, attributeOf(resource, isGoogle ? 'labels' : 'tags'))
    : judge.unknown(`its tags: ${hidden.why}`, hidden)
}

interface Said {
  /** Which of the tags that are asked for are there. */
  readonly says: ReadonlySet<string>
  /** What may hold more of them. */
  readonly hidden: UnknownAttribute | undefined
}

function saidBy(holder: Resource, path: string): Said {
  const children = childrenOf(holder, path)
  const names = children.map(lastSegmentOf)
  const says = asked.filter(([, pattern]) => names.some((name) => pattern.test(name))).map(([name]) => name)
  const hidden = attributeOf(holder, children.length === 0 ? path : `${path}.*`)
  return { says: new Set(says), hidden: hidden?.known === false ? hidden : undefined }
}

/** What the providers of a root say for all they make. */
const sharedIn = oncePerRoot((of, evidence) => {
  const providers = inRoot(evidence, of, 'provider')
  const together = (path: string): Said => {
    const all = providers.map((provider) => saidBy(provider, path))
    return {
      says: new Set(all.flatMap(({ says }) => [...says])),
      hidden: all.find(({ hidden }) => hidden !== undefined)?.hidden,
    }
  }
  return { google: together('default_labels'), aws: together('default_tags.0.tags') }
})

function example(tags: string): string {
  return `resource "aws_s3_bucket" "records" {\n  tags = { ${tags} }\n}\n`
}
