/** Pages of the text format and of OpenMetrics, our own among them, and pages of strangers. */
import { expect } from 'chai'
import fc from 'fast-check'
import { CollectorError } from '../../../../collector/errors.ts'
import { parseExposition, type ExpositionFormat } from '../../../../collector/receive/scrape/exposition.ts'

const parse = (page: string, format: ExpositionFormat = 'prometheus') => parseExposition(page, format, 1_000)

function codeOf(run: () => unknown): string {
  try {
    run()
    return ''
  } catch (error) {
    if (error instanceof CollectorError) return error.code
    throw error
  }
}

describe('an exposition', () => {
  it('in the text format gives families with their samples', () => {
    const page = [
      '# A comment.',
      '#   HELP   hits_total  Says "hit"\\nonce, at \\\\.',
      '# TYPE hits_total counter',
      'hits_total{method="GET",path="C:\\\\DIR\\n\\"x\\"",} 1027 1395066363000',
      '  hits_total { method = "PUT" , } 3',
      '',
      'bare 12.47',
      'odd{a="}"} -Inf -3982045',
      '# TYPE took histogram',
      'took_bucket{le="0.5"} 1',
      'took_bucket{le="+Inf"} 2',
      'took_sum 1.5e3',
      'took_count 2',
      '# TYPE load summary',
      'load{quantile="0.5"} NaN',
      'load_sum 1',
      'load_count 1',
      '# TYPE hits untyped',
      'hits 1',
    ].join('\n')
    const families = parse(page)
    expect(families.map(({ name, type, samples }) => [name, type, samples.length])).to.deep.equal([
      ['hits_total', 'counter', 2],
      ['bare', 'unknown', 1],
      ['odd', 'unknown', 1],
      ['took', 'histogram', 4],
      ['load', 'summary', 3],
      ['hits', 'unknown', 1],
    ])
    expect(families[0]?.help).to.equal('Says "hit"\nonce, at \\.')
    expect(families[0]?.samples[0]).to.deep.equal({
      name: 'hits_total',
      labels: [
        ['method', 'GET'],
        ['path', 'C:\\DIR\n"x"'],
      ],
      value: 1_027,
      timeMillis: 1_395_066_363_000,
      exemplar: undefined,
    })
    expect(families[2]?.samples[0]).to.deep.include({
      value: Number.NEGATIVE_INFINITY,
      timeMillis: -3_982_045,
    })
  })

  it('in OpenMetrics gives exemplars, units and times in seconds', () => {
    const page = [
      '# TYPE hits counter',
      'hits_total 5 1520430000.123 # {trace_id="ab"} 0.5 1520430001',
      'hits_created 1520430000.5',
      '# TYPE took_seconds gauge',
      '# UNIT took_seconds seconds',
      'took_seconds 2',
      '# TYPE build info',
      'build_info{version="1"} 1',
      '# EOF',
      '',
    ].join('\n')
    const [hits, took, build] = parse(page, 'openmetrics')
    expect(hits?.samples[0]).to.deep.equal({
      name: 'hits_total',
      labels: [],
      value: 5,
      timeMillis: 1_520_430_000_123,
      exemplar: { labels: [['trace_id', 'ab']], value: 0.5, timeMillis: 1_520_430_001_000 },
    })
    expect(hits?.samples).to.have.length(2)
    expect(took).to.include({ unit: 'seconds', type: 'gauge' })
    expect(build).to.include({ name: 'build', type: 'info' })
  })

  it('may name metrics and labels in UTF-8', () => {
    const [family] = parse('# TYPE "mémoire.used" gauge\n{"mémoire.used","a.b"="c"} 1\n')
    expect(family).to.include({ name: 'mémoire.used', type: 'gauge' })
    expect(family?.samples[0]?.labels).to.deep.equal([['a.b', 'c']])
  })

  for (const [page, format] of [
    ['a', 'prometheus'],
    ['a b', 'prometheus'],
    ['a 1 2 3', 'prometheus'],
    ['a{b="c" 1', 'prometheus'],
    ['a{b="c', 'prometheus'],
    ['a{b=c} 1', 'prometheus'],
    ['a{="c"} 1', 'prometheus'],
    ['a{b="c"d="e"} 1', 'prometheus'],
    ['{b="c"} 1', 'prometheus'],
    ['a 0x10', 'prometheus'],
    ['a 1 1e400', 'prometheus'],
    ['a 1', 'openmetrics'],
    ['# EOF\na 1', 'openmetrics'],
    ['<html>', 'prometheus'],
  ] as const) {
    it(`is refused for ${JSON.stringify(page)} in ${format}`, () => {
      expect(codeOf(() => parse(page, format))).to.equal('SCRAPE_MALFORMED')
    })
  }

  it('with a million digits that are no number is refused by one walk over them', () => {
    // Trying every way to part the digits would take hours.
    for (const digits of [
      '1'.repeat(1_000_000),
      `1.${'1'.repeat(1_000_000)}`,
      `1e${'1'.repeat(1_000_000)}`,
    ]) {
      expect(codeOf(() => parse(`a ${digits}x\n`))).to.equal('SCRAPE_MALFORMED')
    }
  })

  it('is bounded in its samples', () => {
    const page = 'a 1\n'.repeat(1_001)
    expect(codeOf(() => parse(page))).to.equal('SCRAPE_TOO_MANY')
  })

  it('is bounded in the families that it declares, with samples or without', () => {
    const page = Array.from({ length: 1_001 }, (_, at) => `# TYPE a${at} gauge\n`).join('')
    expect(codeOf(() => parse(page))).to.equal('SCRAPE_TOO_MANY')
  })

  const labelled = (count: number) => `{${Array.from({ length: count }, (_, at) => `l${at}="v"`).join(',')}}`

  it('is bounded in the labels of a line, and of an exemplar', () => {
    expect(parse(`a${labelled(128)} 1`)).to.have.length(1)
    expect(codeOf(() => parse(`a${labelled(129)} 1`))).to.equal('SCRAPE_TOO_MANY')
    const page = `a_total 1 # ${labelled(129)} 1\n# EOF`
    expect(codeOf(() => parse(page, 'openmetrics'))).to.equal('SCRAPE_TOO_MANY')
  })

  it('is bounded in the labels of all lines together, with those of exemplars', () => {
    const line = `a${labelled(100)} 1\n`
    expect(parse(line.repeat(80))).to.have.length(1)
    expect(codeOf(() => parse(line.repeat(81)))).to.equal('SCRAPE_TOO_MANY')
    const marked = `a_total${labelled(50)} 1 # ${labelled(50)} 1\n`
    expect(codeOf(() => parse(`${marked.repeat(81)}# EOF`, 'openmetrics'))).to.equal('SCRAPE_TOO_MANY')
  })

  it('of any text ends in families or a coded error', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'a',
        '{',
        '}',
        '"',
        '\\',
        '=',
        ',',
        ' ',
        '\n',
        '#',
        '# TYPE a histogram\n',
        'le="1"',
        '1',
        '# EOF',
        '.5e',
      ),
      fc.string({ maxLength: 8 }),
    )
    const page = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(page, fc.constantFrom('prometheus', 'openmetrics'), (text, format) => {
        expect(codeOf(() => parse(text, format))).to.be.oneOf(['', 'SCRAPE_MALFORMED'])
      }),
      { numRuns: 3_000 },
    )
  })
})
