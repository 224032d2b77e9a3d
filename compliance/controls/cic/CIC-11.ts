/** What everybody builds on changes only after a review and its tests. */
import { attributeOf, childrenOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isForDefault, isProtection, isRepository, isRuleset, rulesOf } from '../read/branch-rules.ts'
import { mended } from '../read/mend.ts'
import { isTrue, judgeBy, judgeValue, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'the default branch asks for a review and status checks, and refuses force pushes',
  'add required_pull_request_reviews and required_status_checks; leave allows_force_pushes off',
)

export const control: Control = {
  id: 'CIC-11',
  sources: ['terraform'],
  applies: (resource) => isProtection(resource) || isRuleset(resource) || isRepository(resource),
  check: (resource, evidence) => {
    if (isRepository(resource)) return judgeRepository(resource, evidence)
    const answer = isForDefault(resource, evidence)
    if (answer === 'no') return judge.notApplicable('it is not about the default branch')
    const verdict = isRuleset(resource) ? judgeRuleset(resource) : judgeProtection(resource)
    return answer === 'yes' ? verdict : judge.unknown('about which branches it is, is not known')
  },
  page: {
    why: 'A branch that anybody may push to is one stolen laptop away from running in production.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "github_branch_protection" "main" {\n  repository_id = "campus"\n  pattern       = "main"\n\n  required_pull_request_reviews {\n    required_approving_review_count = 1\n  }\n\n  required_status_checks {\n    strict   = true\n    contexts = ["test"]\n  }\n}\n',
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

/** Each repository needs a rule of its own, which is judged where it stands. */
function judgeRepository(repository: Resource, evidence: Evidence): Verdict {
  if (repository.attributes.has('')) return judge.unknown('nothing is known of it')
  const archived = attributeOf(repository, 'archived')
  if (archived?.known === true && isTrue(archived.value ?? false))
    return judge.notApplicable('nobody can change it', archived)
  const { certain, possible } = rulesOf(repository, evidence)
  const rule = certain.find((each) => isForDefault(each, evidence) === 'yes')
  if (rule !== undefined) return judge.pass(`${rule.address} is there for it`)
  const open = [...certain, ...possible].find((each) => isForDefault(each, evidence) !== 'no')
  return open === undefined
    ? judge.fail('no rule protects its default branch')
    : judge.unknown(`${open.address} may be there for it`)
}

function judgeProtection(resource: Resource): Verdict {
  const count = 'required_pull_request_reviews.0.required_approving_review_count'
  const verdicts = [
    judgeBlock(resource, 'required_pull_request_reviews'),
    judgeBlock(resource, 'required_status_checks'),
    judgeChecks(
      resource,
      ['contexts', 'checks'].map((name) => `required_status_checks.0.${name}`),
    ),
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
    judgeBlock(resource, 'rules.0.pull_request'),
    judgeValue(judge, resource, {
      path: 'rules.0.pull_request.0.required_approving_review_count',
      accepts: (value) => Number(value) >= 1,
      // The provider writes 0.
      absent: 'fail',
    }),
    judgeBlock(resource, 'rules.0.required_status_checks'),
    judgeChecks(resource, ['rules.0.required_status_checks.0.required_check']),
    judgeSwitch(attributeOf(resource, 'rules.0.non_fast_forward')),
  ]
  return worstOf(verdicts, judge.unknown('nothing is known of it'))
}

/** Without the name of a check, a branch only has to be up to date. */
function judgeChecks(resource: Resource, paths: readonly string[]): Verdict {
  const found = paths.find((path) => childrenOf(resource, path).length > 0)
  if (found !== undefined) return judge.pass('it names the checks', attributeOf(resource, found))
  const hidden = paths.map((path) => attributeOf(resource, path)).find((each) => each?.known === false)
  return hidden?.known === false
    ? judge.unknown(`which checks it asks for ${hidden.why}`, hidden)
    : judge.fail('it asks for no status check by name')
}

function judgeSwitch(attribute: Attribute | undefined): Verdict {
  if (attribute === undefined) return judge.fail('non_fast_forward is not set: force pushes are allowed')
  if (!attribute.known) return judge.unknown(`non_fast_forward ${attribute.why}`, attribute)
  return isTrue(attribute.value)
    ? judge.pass('no force push', attribute)
    : judge.fail('force pushes are allowed', attribute)
}
