import { expect } from 'chai'
import { parse } from 'yaml'
import { ruleYaml, testYaml } from '../../../rules/write/yaml.ts'

const rule = {
  alert: 'ServiceDown',
  expr: 'up{job="users"} == 0',
  forSeconds: 90,
  labels: { severity: 'critical' },
  annotations: { summary: '{{ $labels.service }}: down' },
} as const
const fileOf = (forSeconds: number) => ({
  name: 'a',
  groups: [{ name: 'a', intervalSeconds: 10, rules: [{ ...rule, forSeconds }] }],
})

describe('rules as YAML', () => {
  it('are read back as Prometheus names them', () => {
    const { forSeconds: _, ...plain } = rule
    expect(parse(ruleYaml(fileOf(90)))).to.deep.equal({
      groups: [{ name: 'a', interval: '10s', rules: [{ ...plain, for: '90s' }] }],
    })
  })

  it('have no for where an alert waits for nothing', () => {
    expect(ruleYaml(fileOf(0))).to.not.include('for:')
  })
})

describe('a test as YAML', () => {
  it('names its rules as seen from where it lies, and only the checks it has', () => {
    const test = {
      name: 'ServiceDown-below',
      alert: 'ServiceDown',
      rules: ['availability', 'slo-signals'],
      evaluateSeconds: 30,
      stepSeconds: 10,
      input: [{ series: 'up', values: '1+0x5' }],
      alerts: [{ atSeconds: 60, alert: 'ServiceDown', firing: [] }],
      queries: [],
    } as const
    expect(parse(testYaml(test, '../rules'))).to.deep.equal({
      rule_files: ['../rules/availability.yaml', '../rules/slo-signals.yaml'],
      evaluation_interval: '30s',
      tests: [
        {
          interval: '10s',
          input_series: [{ series: 'up', values: '1+0x5' }],
          alert_rule_test: [{ eval_time: '1m', alertname: 'ServiceDown', exp_alerts: [] }],
        },
      ],
    })
  })
})
