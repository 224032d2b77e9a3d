/** Every alert says how bad it is, whose it is, what it means and what to do. */
import { attributeOf, childrenOf, lastSegmentOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isAlert } from '../read/alerting.ts'
import { textOf } from '../text.ts'
import { oncePerScan } from '../read/once.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'an alert has labels severity and owner or team, annotations summary and runbook_url, and the runbook is there',
  'add what is missing; a runbook of ten lines is better than none',
)

export const control: Control = {
  id: 'MON-09',
  sources: ['prometheus'],
  page: {
    why: 'Who is woken at three has minutes. Without an owner nobody is woken, without a runbook they begin from nothing.',
    good: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: availability\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels:\n          severity: critical\n          team: platform\n        annotations:\n          summary: "{{ $labels.job }} is down"\n          runbook_url: https://runbooks.campus.example/Down\n',
      },
    ],
    bad: [
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: availability\n    rules:\n      - alert: Down\n        expr: up == 0\n        labels:\n          severity: critical\n',
      },
    ],
  },
  applies: isAlert,
  check: judgeAlert,
}

/** Places and names by which an alert says something; one of them is enough. */
const needs = [
  ['severity', 'labels', /^(?:severity|priority|level)$/i],
  ['an owner', 'labels', /^(?:owner|team|squad|department|contact|service_owner)$/i],
  ['an owner', 'annotations', /^(?:owner|team|squad|department|contact|service_owner)$/i],
  ['summary', 'annotations', /^(?:summary|title|message|description)$/i],
  ['runbook_url', 'annotations', /^(?:runbook|runbook_url|runbookurl|playbook|playbook_url)$/i],
] as const

function judgeAlert(alert: Resource, evidence: Evidence): readonly Verdict[] {
  const names = [...new Set(needs.map(([what]) => what))]
  return names.map((what): Verdict => {
    const places = needs.filter(([each]) => each === what)
    const found = places.flatMap(([, holder, pattern]) =>
      childrenOf(alert, holder).filter((path) => pattern.test(lastSegmentOf(path))),
    )
    const [path] = found
    const hidden = places
      .map(([, holder]) => attributeOf(alert, holder))
      .find((each) => each?.known === false)
    if (path === undefined) {
      const verdict = hidden?.known === false ? judge.unknown(hidden.why) : judge.fail(`${what} is missing`)
      return { ...verdict, part: what, ...mendOf(what, verdict) }
    }
    const value = attributeOf(alert, path)
    if (value?.known !== true) return { ...judge.unknown(value?.why ?? `${what} is not known`), part: what }
    const text = textOf(value.value).trim()
    if (text === '') return { ...judge.fail(`${what} is empty`, value), part: what }
    const isLost = what === 'runbook_url' && !leadsSomewhere(text, evidence)
    return {
      ...(isLost ? judge.fail(`${text} leads nowhere`, value) : judge.pass(`${what} is ${text}`, value)),
      part: what,
    }
  })
}

function mendOf(what: string, { status }: Verdict): Pick<Verdict, 'mend'> {
  return status === 'fail' && what === 'severity' ? { mend: [{ set: 'labels.severity', to: 'warning' }] } : {}
}

/** The paths of all files, from each folder on the way. */
const endsOf = oncePerScan(
  ({ sources }) =>
    new Set(
      sources.flatMap((source) => {
        const parts = source.split('/')
        return parts.map((_, at) => parts.slice(at).join('/'))
      }),
    ),
)

function leadsSomewhere(text: string, evidence: Evidence): boolean {
  if (/^https?:\/\/[^\s/]+/.test(text) || text.includes('{{')) return true
  const path = text.replace(/^\.?\//, '').replace(/#.*$/, '')
  return endsOf(evidence).has(path)
}
