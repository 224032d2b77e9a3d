/** A registry looks into what is pushed, and a tag never becomes another image. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { inRoot } from '../read/neighbours.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'scan_on_push is on (or the registry scans) and tags are immutable',
  'set image_tag_mutability = "IMMUTABLE" and image_scanning_configuration { scan_on_push = true }',
)
const scanPath = 'image_scanning_configuration.0.scan_on_push'

export const control: Control = {
  id: 'CTR-23',
  sources: ['terraform'],
  applies: ofType('aws_ecr_repository'),
  check: (resource, evidence) => [
    { ...judgeTags(resource), part: 'image_tag_mutability' },
    { ...judgeScan(resource, evidence), part: 'image_scanning_configuration' },
  ],
  page: {
    why: 'Known holes are found on the day of the push or on the day somebody uses them; and what was tested under a tag must be what runs.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_ecr_repository" "api" {\n  name                 = "campus/api"\n  image_tag_mutability = "IMMUTABLE"\n\n  image_scanning_configuration {\n    scan_on_push = true\n  }\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_ecr_repository" "api" {\n  name                 = "campus/api"\n  image_tag_mutability = "MUTABLE"\n}\n',
      },
    ],
  },
}

function judgeTags(resource: Resource): Verdict {
  const path = 'image_tag_mutability'
  const accepts = (value: unknown) => value === 'IMMUTABLE' || value === 'IMMUTABLE_WITH_EXCLUSION'
  // MUTABLE by default.
  return mended(judgeValue(judge, resource, { path, accepts, absent: 'fail' }), {
    set: path,
    to: 'IMMUTABLE',
  })
}

function judgeScan(resource: Resource, evidence: Evidence): Verdict {
  const own = judgeValue(judge, resource, { path: scanPath, accepts: isTrue, absent: 'fail' })
  if (own.status === 'pass') return own
  const registry = inRoot(evidence, resource, 'aws_ecr_registry_scanning_configuration')
  const name = textOf(knownValueOf(resource, 'name'))
  const verdicts = registry.map((each) => scansAll(each, name))
  if (verdicts.includes('yes')) return judge.pass('the registry scans what is pushed')
  if (verdicts.includes('maybe')) return judge.unknown('what the registry scans is not known')
  return mended(own, { set: scanPath, to: true })
}

/** Tells whether a rule of the registry scans a repository. */
function scansAll(registry: Resource, name: string): 'yes' | 'no' | 'maybe' {
  const rules = childrenOf(registry, 'rule')
  if (rules.some((rule) => rule.endsWith('.*'))) return 'maybe'
  const answers = rules.map((rule) => {
    const frequency = attributeOf(registry, `${rule}.scan_frequency`)
    if (frequency?.known === false) return 'maybe'
    if (!/^(?:SCAN_ON_PUSH|CONTINUOUS_SCAN)$/.test(textOf(frequency?.value))) return 'no'
    const filters = childrenOf(registry, `${rule}.repository_filter`).map((path) =>
      knownValueOf(registry, `${path}.filter`),
    )
    if (filters.includes(undefined)) return 'maybe'
    return filters.some((filter) => covers(textOf(filter), name)) ? 'yes' : 'no'
  })
  return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no'
}

/** A filter is a name with stars; only those at its ends are looked at. */
function covers(filter: string, name: string): boolean {
  const inner = filter.replace(/^\*+|\*+$/g, '')
  const fits = name.includes(inner)
  if (inner === '') return filter !== ''
  const starts = filter.startsWith('*') || name.startsWith(inner)
  return fits && starts && (filter.endsWith('*') || name.endsWith(inner))
}
