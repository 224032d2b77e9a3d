/** Rows about the way of telemetry: collector and Prometheus. */
import type { Row } from '../model.ts'
import { gauge, increase, is, rate, shortened, sumBy } from '../promql/compose.ts'
import { chart, query, worseFrom } from '../shapes.ts'

/** What the collector takes in, keeps and loses. */
export const collector: Row = {
  title: 'Collector',
  panels: [
    chart(
      {
        title: 'Received',
        description: 'Spans and log records per second the collector accepted.',
        unit: 'ops',
      },
      [
        query(
          sumBy(['signal', 'receiver'], rate('collector_received_items_total')),
          '{{signal}} {{receiver}}',
        ),
      ],
    ),
    chart(
      {
        title: 'Lost',
        description:
          'Accepted items per second that were lost, by where, and those a service dropped itself.',
        unit: 'ops',
      },
      [
        query(sumBy(['where'], rate('collector_dropped_items_total')), 'collector {{where}}'),
        query(sumBy(['signal'], rate('sdk_items_total', { outcome: is('dropped') })), 'services {{signal}}'),
      ],
      { thresholds: worseFrom(0.01) },
    ),
    chart(
      {
        title: 'Refused by the collector',
        description: 'Requests per second the collector refused, by reason.',
        unit: 'reqps',
      },
      [query(sumBy(['reason'], rate('collector_refused_requests_total')), '{{reason}}')],
    ),
    chart({ title: 'Queue', description: 'Items that wait for an exporter.', unit: 'none' }, [
      query(sumBy(['exporter'], gauge('collector_queue_items')), '{{exporter}}'),
    ]),
    chart(
      {
        title: 'Local store',
        description: 'Bytes of traces and logs kept on disk, bounded by age and size.',
        unit: 'bytes',
      },
      [query(sumBy(['signal'], gauge('collector_store_bytes')), '{{signal}}')],
      { stacked: true },
    ),
    chart(
      {
        title: 'Faults',
        description:
          'Damage found in the local store, and whether memory is short: then new data is refused.',
        unit: 'none',
      },
      [
        query(sumBy(['fault'], increase('collector_store_faults_total')), 'store {{fault}}'),
        query(`max(${gauge('collector_memory_limited')})`, 'memory limited'),
      ],
      { thresholds: worseFrom(1) },
    ),
  ],
}

const groupDuration = gauge('prometheus_rule_group_last_duration_seconds')
const groupInterval = gauge('prometheus_rule_group_interval_seconds')

/** Whether Prometheus keeps up with what it reads and evaluates. */
export const prometheus: Row = {
  title: 'Prometheus',
  panels: [
    chart(
      {
        title: 'Series',
        description:
          'Series in memory, and those the span metrics make. Growth without end is a label gone wrong.',
        unit: 'short',
      },
      [
        query(`max(${gauge('prometheus_tsdb_head_series')})`, 'in memory'),
        query(`max(${gauge('collector_span_metrics_series')})`, 'of spans'),
      ],
    ),
    chart({ title: 'Samples', description: 'Samples per second Prometheus took in.', unit: 'cps' }, [
      query(sumBy([], rate('prometheus_tsdb_head_samples_appended_total')), 'samples'),
    ]),
    chart(
      {
        title: 'Rules',
        description:
          'Rule evaluations that failed in each interval. A failed rule is an alert that cannot fire.',
        unit: 'none',
      },
      [query(sumBy([], increase('prometheus_rule_evaluation_failures_total')), 'failed')],
      { thresholds: worseFrom(1) },
    ),
    chart(
      {
        title: 'Slowest rule groups',
        description: 'Time the last evaluation of each group took, of its interval. At 1 it skips rounds.',
        unit: 'percentunit',
      },
      [
        query(
          `topk(5, max by (rule_group) (${shortened(`${groupDuration} / ${groupInterval}`, 'rule_group', '.*;(.*)')}))`,
          '{{rule_group}}',
        ),
      ],
      { width: 12 },
    ),
    chart(
      { title: 'Samples by process', description: 'Samples in each scrape of a process.', unit: 'short' },
      [query(sumBy(['job'], gauge('scrape_samples_scraped')), '{{job}}')],
      { width: 12 },
    ),
  ],
}
