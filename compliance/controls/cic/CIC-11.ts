/** What everybody builds on changes only after a review and its tests. */
import { attributeOf, childrenOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'the default branch asks for a review and status checks, and refuses force pushes',
  'add required_pull_request_reviews and required_status_checks; leave allows_force_pushes off',
)
const isProtection = ofType('github_branch_protection', 'github_branch_protection_v3')
const isRuleset = ofType('github_repository_ruleset', 'github_organization_ruleset')
const isRepository = ofType('github_repository')

export const control: Control = {
  id: 'CIC-11',
  sources: ['terraform'],
  applies: (resource) => isProtection(resource) || isRuleset(resource),
  check: (resource) => (isRuleset(resource) ? judgeRuleset(resource) : judgeProtection(resource)),
  missing: ({ resources }) => {
    const repository = resources.find(isRepository)
    return repository === undefined
      ? undefined
      : { resource: repository, verdict: judge.fail('a repository, and no rule protects a branch of it') }
  },
  page: {
    why: 'A branch that anybody may push to is one stolen laptop away from running in production.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "github_branch_protection" "main" {\n  repository_id = "campus"\n  pattern       = "main"\n\n  required_pull_request_reviews {\n    required_approving_review_count = 1\n  }\n\n  required_status_checks {\n    strict = true\n  }\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "github_branch_protection" "main" {\n  repository_id       = "campus"\n  pattern             = "main"\n  allows_force_pushes = true\n}\n',
      },
    ],
  },
}

function judgeProtection(resource: Resource): Verdict {
  const count = 'required_pull_request_reviews.0.required_approving_review_count'
  const verdicts = [
    judgeBlock(resource, 'required_pull_request_reviews'),
    judgeBlock(resource, 'required_status_checks'),
    judgeValue(judge, resource, { path: count, accepts: (value) => Number(value) >= 1, absent: 'pass' }),
    mended(
      judgeValue(judge, resource, {
        path: 'allows_force_pushes',
        accepts: (value) => !isTrue(value),
        absent: 'pass',
      }),
      { set: 'allows_force_pushes', to: false },
    ),
  ]
  return worstOf(verdicts, judge.unknown('nothing is known of it'))
}

function judgeBlock(resource: Resource, name: string): Verdict {
  const block = attributeOf(resource, name)
  if (block === undefined) return judge.fail(`${name} is not set`)
  return block.known || childrenOf(resource, name).length > 0
    ? judge.pass(`${name} is set`, block)
    : judge.unknown(`${name} ${block.why}`, block)
}

/** A ruleset that is not active, or only tries, protects nothing. */
function judgeRuleset(resource: Resource): Verdict {
  const target = attributeOf(resource, 'target')
  if (target?.known === true && target.value !== 'branch')
    return judge.notApplicable('it is about no branch', target)
  const verdicts = [
    judgeValue(judge, resource, {
      path: 'enforcement',
      accepts: (value) => value === 'active',
      absent: 'fail',
    }),
    ruleOf(resource, 'pull_request'),
    ruleOf(resource, 'required_status_checks'),
    judgeSwitch(attributeOf(resource, 'rules.0.non_fast_forward')),
  ]
  return worstOf(verdicts, judge.unknown('nothing is known of it'))
}

function ruleOf(resource: Resource, name: string): Verdict {
  return judgeBlock(resource, `rules.0.${name}`)
}

function judgeSwitch(attribute: Attribute | undefined): Verdict {
  if (attribute === undefined) return judge.fail('non_fast_forward is not set: force pushes are allowed')
  if (!attribute.known) return judge.unknown(`non_fast_forward ${attribute.why}`, attribute)
  return isTrue(attribute.value)
    ? judge.pass('no force push', attribute)
    : judge.fail('force pushes are allowed', attribute)
}
