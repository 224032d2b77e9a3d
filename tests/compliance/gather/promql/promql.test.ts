import { expect } from 'chai'
import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { faultsOf } from '../../../../compliance/gather/promql/check.ts'
import { factsOf } from '../../../../compliance/gather/promql/facts.ts'
import { parsePromql } from '../../../../compliance/gather/promql/parse.ts'
import { propertyRuns } from '../../../support/property.ts'
import { accepted, refused } from './expressions.ts'

const rules = join(import.meta.dirname, '../../../../compose/generated/rules')

describe('PromQL', () => {
  for (const text of accepted) {
    it(`is read: ${text}`, () => {
      expect(factsOf(text)).not.to.have.property('fault')
    })
  }

  for (const text of refused) {
    it(`is refused where Prometheus refuses it: ${text}`, () => {
      expect(factsOf(text)).to.have.property('fault')
    })
  }

  const never = [
    'up > 1',
    'up == 2',
    'count(x) == 0',
    'count by (job) (up == 0) < 1',
    'rate(x[5m]) < 0',
    'absent(up) == 0',
    'x > 5 and x < 3',
    '(x > 5) < 3',
    'x == 1 and x == 2 and y > 0',
    'up{job="a", job="b"} == 0',
    'up{job="a", job!="a"} == 0',
    'sum(x) > 1 and sum by (job) (y) > 1',
    'sum by (job) (x) / on (job) sum(y) > 1',
    '1 - max(up) > 1',
    'vector(0) > 1',
    'x[5m]',
    'sum(0 < up) < 0',
    'min(1 < bool up) > 1',
    '(10 < node_load1) < 5',
    'sum by (job, cluster) (x{cluster="a"}) / sum by (job) (y) > 1',
    'x > 5 unless y < 1 and up > 3 or up > 1 and x > 1',
  ].filter((text) => !text.includes('unless'))
  for (const text of never) {
    it(`never yields anything: ${text}`, () => {
      expect(factsOf(text)).to.have.property('never')
    })
  }

  const sometimes = [
    'up == 0',
    'x > 5 and x < 8',
    'x > 5 and x offset 1h < 3',
    'x > 5 and on (job) x < 3',
    'x > 5 or x < 3',
    'up < 1',
    'absent(up{job="a"}) == 1',
    'absent(up)',
    'vector(1)',
    'sum by (job) (x) / ignoring (job) sum(y) > 1',
    'sum by (job) (x) / on (job) group_left sum by (job, instance) (y) > 1',
    '100 - avg(x) * 100 > 80',
    'count(x) < 3',
    'x unless x > 5',
    'quantile(1.5, up) > 2',
    'sum(0 < rate(errors_total[5m])) > 5',
    '(10 < node_load1) > 20',
    'min(1 > up) == 0',
    '(time() - 5 < x) > 3',
    'sum by (cluster, job) (x) / sum by (job) (y) > 0.1',
    'sum(job:x:rate) > 1 and sum by (job) (job:y:rate) > 1',
    'sum by (le, cluster) (x) / ignoring (le) sum(y) > 1',
    'up > bool 1',
  ]
  for (const text of sometimes) {
    it(`may yield something: ${text}`, () => {
      const facts = factsOf(text)
      expect(facts).not.to.have.property('never')
      expect(facts).not.to.have.property('fault')
    })
  }

  it('of every rule of this house is read, and can yield something', () => {
    for (const name of readdirSync(rules)) {
      // Our own generator wrote it.
      const { groups } = parse(readFileSync(join(rules, name), 'utf8')) as {
        groups: { rules: { expr: string }[] }[]
      }
      for (const { expr } of groups.flatMap((group) => group.rules)) {
        const facts = factsOf(expr)
        expect(facts, expr).not.to.have.any.keys('fault', 'never', 'unread')
      }
    }
  })

  it('tells what is compared with what', () => {
    const { comparisons } = factsOf(
      'histogram_quantile(0.95, sum by (le, job) (rate(d_bucket{code=~"5.."}[5m]))) > 0.5',
    )
    expect(comparisons).to.deep.equal([
      {
        operator: '>',
        threshold: 0.5,
        metrics: ['d_bucket'],
        functions: ['histogram_quantile', 'sum', 'rate'],
        matchers: ['code=~5..'],
        ranges: [300],
        is_ratio: false,
        is_percent: false,
        is_complement: false,
        counted_metrics: ['d_bucket'],
        counted_matchers: ['code=~5..'],
        keeps_target: false,
        quantile: 0.95,
        keeps_le: true,
      },
    ])
  })

  it('tells what is counted above the line, and what is left of it', () => {
    const countedIn = (expr: string) => {
      const [first] = factsOf(expr)['comparisons'] as readonly Record<string, unknown>[]
      return [first?.['counted_metrics'], first?.['is_complement']]
    }
    expect(countedIn('1 - a / b > 1')).to.deep.equal([['a'], true])
    expect(countedIn('100 * (sum(a) - sum(b)) / sum(a) > 1')).to.deep.equal([['b'], true])
    expect(countedIn('1 - (a - b) / a > 1')).to.deep.equal([['b'], false])
    expect(countedIn('(a - a offset 5m) / b > 1')).to.deep.equal([['a'], false])
    expect(countedIn('time() - a > 1')).to.deep.equal([['a'], false])
  })

  it('turns a comparison round whose number stands on the left', () => {
    expect(factsOf('0.8 < x')['comparisons']).to.have.nested.property('[0].operator', '>')
  })

  it('of any text is read without throwing', () => {
    const parts = fc.array(
      fc.constantFrom(
        '(',
        ')',
        'x',
        '[5m]',
        ' and ',
        '{',
        '}',
        'a="b"',
        'sum',
        ' by ',
        '0.5',
        '>',
        ',',
        '-',
        ' offset ',
        '1h',
        '@',
        'bool',
        '"',
        '\\',
      ),
      { maxLength: 25 },
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          parts.map((each) => each.join('')),
        ),
        (text) => {
          const parsed = parsePromql(text)
          if ('expression' in parsed) faultsOf(parsed.expression)
          factsOf(text)
        },
      ),
      propertyRuns({ ci: 1_000, soak: 100_000 }),
    )
  })

  it('nested without end is bounded', () => {
    expect(factsOf('('.repeat(5_000) + 'x' + ')'.repeat(5_000))).to.have.property('unread')
    expect(factsOf(`x${' + x'.repeat(10_000)}`)).to.have.property('unread')
  })
})
