/** Name translation, against the rules and examples of `prometheus/otlptranslator` and its tests. */
import { expect } from 'chai'
import {
  createNamer,
  translationStrategies,
  type NamedKind,
  type TranslationStrategy,
} from '../../../collector/export/prometheus-names.ts'

/** Name, unit, kind, the name with and without suffixes, both with UTF-8 escaped. */
type Row = readonly [name: string, unit: string, kind: NamedKind, suffixed: string, plain: string]

const escaped: readonly Row[] = [
  ['simple_metric', '', 'gauge', 'simple_metric', 'simple_metric'],
  ['metric@with#special$chars', '', 'gauge', 'metric_with_special_chars', 'metric_with_special_chars'],
  ['123metric', '', 'gauge', '_123metric', '_123metric'],
  ['metric@@##$$name', '', 'gauge', 'metric_name', 'metric_name'],
  ['', '', 'gauge', '', ''],
  ['@#$%', '', 'gauge', '', ''],
  ['requests', '', 'counter', 'requests_total', 'requests'],
  ['requests_total', '', 'counter', 'requests_total', 'requests_total'],
  ['total.requests', '', 'counter', 'requests_total', 'total_requests'],
  ['items', '1', 'counter', 'items_total', 'items'],
  ['cpu_usage', '1', 'gauge', 'cpu_usage_ratio', 'cpu_usage'],
  ['cpu_usage_ratio', '1', 'gauge', 'cpu_usage_ratio', 'cpu_usage_ratio'],
  ['queue', '1', 'other', 'queue', 'queue'],
  ['response_time', 'ms', 'gauge', 'response_time_milliseconds', 'response_time'],
  ['response_time_seconds', 's', 'gauge', 'response_time_seconds', 'response_time_seconds'],
  ['seconds_of_day', 's', 'gauge', 'seconds_of_day', 'seconds_of_day'],
  [
    'http.server.request.duration',
    's',
    'other',
    'http_server_request_duration_seconds',
    'http_server_request_duration',
  ],
  ['requests', '1/s', 'gauge', 'requests_per_second', 'requests'],
  ['requests', '{request}/s', 'gauge', 'requests_per_second', 'requests'],
  ['throughput', 'By/s', 'gauge', 'throughput_bytes_per_second', 'throughput'],
  ['speed', 'm/m', 'gauge', 'speed_meters_per_minute', 'speed'],
  ['custom_metric', 'custom_unit', 'gauge', 'custom_metric_custom_unit', 'custom_metric'],
  ['custom_metric', '{custom}', 'gauge', 'custom_metric', 'custom_metric'],
  ['custom_metric', 'By/{custom}', 'gauge', 'custom_metric_bytes', 'custom_metric'],
  [
    'metric__with__multiple__underscores',
    'unit__multiple__underscores',
    'gauge',
    'metric_with_multiple_underscores_unit_multiple_underscores',
    'metric__with__multiple__underscores',
  ],
  [
    'custom_metric',
    'unit@with#special/chars',
    'gauge',
    'custom_metric_unit_with_special_per_chars',
    'custom_metric',
  ],
  ['go.goroutine:count', '', 'gauge', 'go_goroutine:count', 'go_goroutine:count'],
]

const utf8: readonly Row[] = [
  ['métric_with_ñ_chars', '', 'gauge', 'métric_with_ñ_chars', 'métric_with_ñ_chars'],
  ['requêsts', '', 'counter', 'requêsts_total', 'requêsts'],
  ['cpu_usagé', '1', 'gauge', 'cpu_usagé_ratio', 'cpu_usagé'],
  ['respønse_time', 'ms', 'gauge', 'respønse_time_milliseconds', 'respønse_time'],
  ['http.server.duration', 's', 'other', 'http.server.duration_seconds', 'http.server.duration'],
  ['requêsts', '1/s', 'gauge', 'requêsts_per_second', 'requêsts'],
  ['requests_total', 'By/s', 'counter', 'requests_bytes_per_second_total', 'requests_total'],
  ['@#$%', '', 'counter', '@#$%_total', '@#$%'],
]

const strategies: readonly (readonly [readonly Row[], TranslationStrategy, TranslationStrategy])[] = [
  [escaped, 'UnderscoreEscapingWithSuffixes', 'UnderscoreEscapingWithoutSuffixes'],
  [utf8, 'NoUTF8EscapingWithSuffixes', 'NoTranslation'],
]

describe('the names of metrics in Prometheus', () => {
  for (const [rows, withSuffixes, without] of strategies) {
    for (const [name, unit, kind, suffixed, plain] of rows) {
      it(`make "${suffixed}" of ${kind} "${name}" in "${unit}" under ${withSuffixes}`, () => {
        expect(createNamer(withSuffixes, '').metric(name, unit, kind)).to.equal(suffixed)
        expect(createNamer(without, '').metric(name, unit, kind)).to.equal(plain)
      })
    }
  }

  it('begin with the namespace', () => {
    const names = translationStrategies.map((strategy) =>
      createNamer(strategy, 'test@app').metric('123.requests', '1/s', 'counter'),
    )
    expect(names).to.deep.equal([
      'test_app_123_requests_per_second_total',
      'test_app_123_requests',
      'test@app_123.requests_per_second_total',
      'test@app_123.requests',
    ])
  })
})

describe('the names of labels in Prometheus', () => {
  const labels: readonly (readonly [string, string])[] = [
    ['http.request.method', 'http_request_method'],
    ['label:with:colons', 'label_with_colons'],
    ['LabelWithCapitalLetters', 'LabelWithCapitalLetters'],
    ['label!with&special$chars)', 'label_with_special_chars_'],
    ['label_with_foreign_characters_字符', 'label_with_foreign_characters_'],
    ['123label', 'key_123label'],
    ['_label', 'key_label'],
    ['__label', 'key_label'],
    ['__name__', '__name__'],
    ['__reserved__label__name__', '__reserved_label_name__'],
    ['a__b', 'a_b'],
    ['ようこそ', ''],
    ['__', ''],
    ['', ''],
  ]
  for (const [key, label] of labels) {
    it(`make "${label}" of "${key}"`, () => {
      expect(createNamer('UnderscoreEscapingWithSuffixes', '').label(key)).to.equal(label)
      expect(createNamer('UnderscoreEscapingWithoutSuffixes', '').label(key)).to.equal(label)
    })
  }

  it('stay as they are where UTF-8 is kept, unless they are underscores alone', () => {
    const { label } = createNamer('NoTranslation', '')
    expect(['http.method', 'ようこそ', '_x', '__', ''].map(label)).to.deep.equal([
      'http.method',
      'ようこそ',
      '_x',
      '',
      '',
    ])
  })
})
