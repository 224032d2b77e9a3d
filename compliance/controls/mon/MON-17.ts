/** No metric is labelled with who somebody is. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { textsOf } from '../read/alerting.ts'
import { isAnswer, judgeAnswer } from '../read/measured.ts'
import { environmentOf } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no label is named for or holds an address, a name or a number of a person, and no metric has more series than 10,000',
  'drop the label, or replace it by one from a short closed list',
)

export const control: Control = {
  id: 'MON-17',
  sources: ['prometheus', 'metrics'],
  page: {
    why: 'Labels are copied to every alert, page and dashboard, and kept for years. One per student also makes a series per student.',
    good: [
      {
        file: 'prometheus.yml',
        text: 'scrape_configs:\n  - job_name: app\n    relabel_configs:\n      - source_labels: [__meta_service]\n        target_label: service\n',
      },
    ],
    bad: [
      {
        file: 'prometheus.yml',
        text: 'scrape_configs:\n  - job_name: app\n    relabel_configs:\n      - source_labels: [__meta_user]\n        target_label: student_email\n',
      },
    ],
  },
  applies: (resource) =>
    isSeries(resource) ||
    (resource.kind === 'metrics' && resource.type === 'label') ||
    (resource.kind === 'prometheus' && ['scrape_job', 'alert', 'record'].includes(resource.type)),
  check: (resource, evidence) => {
    if (isSeries(resource)) return judgeSeries(resource, evidence)
    return resource.kind === 'metrics' ? judgeLabel(resource) : judgeWritten(resource)
  },
}

const isSeries = isAnswer('MON-17.series')

/** Names that say who somebody is; a hash, a number of them and a kind do not. */
const personal =
  /^(?:(?:user|student|teacher|parent|customer|client|person|employee|owner|account|login|contact)?_?(?:e?mail(?:_address)?|phone(?:_number)?|ssn|social_security(?:_number)?|first_?name|last_?name|full_?name|surname|birth_?da(?:te|y)|dob|home_address|postal_address)|(?:student|user|person|pupil|learner|employee|account)_?(?:name|id|number|no)|username|passport(?:_number)?|national_id)$/i

function judgeSeries(answer: Resource, evidence: Evidence): readonly Verdict[] {
  const most = parameterOf('MON-17.series', environmentOf(answer, evidence), evidence.parameters)
  return judgeAnswer(judge, answer, {
    accepts: (value) => value <= most,
    says: (value) => `${value} series`,
  })
}

function judgeLabel(label: Resource): Verdict {
  const found = attributeOf(label, 'personal')
  const name = textOf(knownValueOf(label, 'name'))
  if (personal.test(name)) return judge.fail(`a label is named ${name}`)
  if (found?.known !== true) return judge.unknown(found?.why ?? 'nobody looked at its values')
  const kinds = textsOf(found.value)
  return kinds.length === 0
    ? judge.pass(`values of ${name} hold nothing of a person`)
    : judge.fail(`values of ${name} look like: ${kinds.join(', ')}`)
}

function judgeWritten(resource: Resource): Verdict | readonly Verdict[] {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  const targets = ['relabel_configs', 'metric_relabel_configs'].flatMap((list) =>
    childrenOf(resource, list).map((path) => `${path}.target_label`),
  )
  const named = [
    ...childrenOf(resource, 'labels').map((path) => [path, lastSegmentOf(path)] as const),
    ...targets.map((path) => [path, textOf(knownValueOf(resource, path))] as const),
  ]
  const verdicts = named
    .filter(([, name]) => personal.test(name))
    .map(([path, name]): Verdict => ({
      ...judge.fail(`a label is named ${name}`, attributeOf(resource, path)),
      part: path,
    }))
  const hidden = [
    attributeOf(resource, 'labels'),
    ...targets.map((path) => attributeOf(resource, path)),
  ].find((each) => each?.known === false)
  if (verdicts.length > 0) return verdicts
  return hidden?.known === false ? judge.unknown(hidden.why) : judge.pass('no label is named for a person')
}
