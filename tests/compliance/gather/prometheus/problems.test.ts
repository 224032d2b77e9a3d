import { expect } from 'chai'
import { alertmanagerReader } from '../../../../compliance/gather/alertmanager/reader.ts'
import type { FileReader } from '../../../../compliance/gather/file-reader.ts'
import { prometheusConfig, prometheusRules } from '../../../../compliance/gather/prometheus/reader.ts'
import { knownValueOf } from '../../../../compliance/evidence.ts'
import {
  soundAlertmanagers,
  soundConfigs,
  soundRules,
  wrongAlertmanagers,
  wrongConfigs,
  wrongRules,
} from './configurations.ts'

function problemsIn(reader: FileReader, text: string): readonly unknown[] {
  const file = 'a.yml'
  const files = { paths: [file], textOf: () => text }
  expect(reader.recognises?.(text), text).to.equal(true)
  const { resources } = reader.read({ file, bytes: new TextEncoder().encode(text) }, files)
  const whole = resources.find(({ type }) => type === 'config' || type === 'rules')
  const problems = whole === undefined ? undefined : knownValueOf(whole, 'problems')
  expect(problems, text).to.be.an('array')
  // Asserted in the line above.
  return problems as readonly unknown[]
}

const lists = [
  ['prometheus.yml', prometheusConfig, soundConfigs, wrongConfigs],
  ['a file of rules', prometheusRules, soundRules, wrongRules],
  ['alertmanager.yml', alertmanagerReader, soundAlertmanagers, wrongAlertmanagers],
] as const

for (const [what, reader, sound, wrong] of lists) {
  describe(what, () => {
    it('has no problems where it is sound', () => {
      for (const text of sound) expect(problemsIn(reader, text), text).to.deep.equal([])
    })

    it('has a problem where the program would not start with it', () => {
      for (const text of wrong) expect(problemsIn(reader, text), text).not.to.deep.equal([])
    })
  })
}

describe('rules', () => {
  const rules = (lines: string) => `groups:\n  - name: a\n    rules:\n${lines}`

  it('keep what is written, and what their expression says', () => {
    const text = rules('      - alert: Down\n        expr: up == 0\n        for: 5m\n')
    const bytes = new TextEncoder().encode(text)
    const { resources } = prometheusRules.read({ file: 'r.yml', bytes }, { paths: [], textOf: () => text })
    const alert = resources.find(({ type }) => type === 'alert')
    expect(alert).to.include({ name: 'Down', address: 'alert.a.Down' })
    expect(alert?.attributes.get('for_seconds')).to.deep.include({ value: 300 })
    expect(alert?.attributes.get('query.comparisons.0.threshold')).to.deep.include({ value: 0 })
    expect(alert?.attributes.get('query')).to.deep.include({ startLine: 5 })
  })

  it('are told from tests of rules and from other lists of groups', () => {
    for (const text of [
      'rule_files: [a]\ntests:\n  - name: a\n',
      'groups:\n  - name: a\n',
      'apiVersion: 1\ngroups:\n  - name: a\n    rules:\n      - alert: x\n',
    ]) {
      expect(prometheusRules.recognises?.(text)).to.equal(false)
    }
  })
})

describe('routes', () => {
  it('hang below each other with the receiver in effect and their matchers', () => {
    const text = `route:\n  receiver: a\n  routes:\n    - matchers: ['severity="critical"', team=~b|c]\n      routes:\n        - receiver: b\nreceivers:\n  - name: a\n  - name: b\n`
    const bytes = new TextEncoder().encode(text)
    const { resources } = alertmanagerReader.read({ file: 'a.yml', bytes }, { paths: [], textOf: () => text })
    const routes = resources.filter(({ type }) => type === 'route')
    expect(routes.map((route) => [route.address, knownValueOf(route, 'receiver')])).to.deep.equal([
      ['route', 'a'],
      ['route.0', 'a'],
      ['route.0.0', 'b'],
    ])
    expect(routes[1]?.attributes.get('matchers')).to.deep.include({
      value: [
        { label: 'severity', operator: '=', value: 'critical' },
        { label: 'team', operator: '=~', value: 'b|c' },
      ],
    })
  })
})
