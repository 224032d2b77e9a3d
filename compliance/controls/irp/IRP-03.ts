/** Somebody is on call, and pages are acknowledged within a quarter of an hour. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { textsOf } from '../read/alerting.ts'
import { isAnswer, judgeAnswer } from '../read/measured.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'Alertmanager has a receiver that pages who is on call, and no incident waits for 15 minutes to be acknowledged',
  'add a receiver with pagerduty_configs, and look at the rotation when pages wait',
)

const measured: Control = {
  id: 'IRP-03',
  sources: ['alertmanager', 'metrics'],
  page: {
    why: 'A page nobody takes is an outage with a bell. Fifteen minutes are what the seeds of this checklist give it.',
    good: [
      {
        file: 'alertmanager.yml',
        text: 'route:\n  receiver: page\nreceivers:\n  - name: page\n    pagerduty_configs:\n      - routing_key_file: /run/secrets/pagerduty\n',
      },
    ],
    bad: [
      {
        file: 'alertmanager.yml',
        text: 'route:\n  receiver: mail\nreceivers:\n  - name: mail\n    webhook_configs:\n      - url: https://mail.campus.example\n',
      },
    ],
  },
  applies: (resource) =>
    isAnswer('IRP-03.waiting')(resource) || (resource.kind === 'alertmanager' && resource.type === 'config'),
  check: (resource, evidence) =>
    resource.kind === 'alertmanager' ? judgeReceivers(resource, evidence) : judgeWaiting(resource),
}

export const control = withStatement(
  measured,
  'a rotation of people is on call, and 95 of 100 pages were acknowledged within 15 minutes',
)

function judgeWaiting(answer: Resource): readonly Verdict[] {
  return judgeAnswer(judge, answer, {
    accepts: (value) => value === 0,
    says: (value) => `${value} incidents wait for longer than 15 minutes`,
  })
}

const paging: ReadonlySet<string> = new Set(['pagerduty', 'opsgenie', 'victorops', 'incidentio'])

function judgeReceivers(config: Resource, { resources }: Evidence): Verdict {
  const whole = attributeOf(config, 'problems')
  if (whole?.known !== true) return judge.unknown(whole?.why ?? 'its receivers are not known')
  const own = resources.filter(
    ({ kind, type, position }) =>
      kind === 'alertmanager' && type === 'receiver' && position.file === config.position.file,
  )
  const pager = own.find((each) =>
    textsOf(knownValueOf(each, 'channels')).some((channel) => paging.has(channel)),
  )
  return pager === undefined ? judge.fail('no receiver pages anybody') : judge.pass(`${pager.name} pages`)
}
