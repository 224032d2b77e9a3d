/** Connector `service_graph`: which service calls which. */
import { defineComponent } from '../component.ts'
import { block, defaulted, list } from '../shape.ts'
import { attributeName, duration, flag, integer, positiveDuration } from '../values.ts'

const names = list(attributeName, 20)

export const serviceGraph = defineComponent('connectors', 'service_graph', {
  says: 'Counts and measures the requests between services, from pairs of client and server spans.',
  signals: ['traces'],
  gives: 'metrics',
  formerly: 'servicegraph',
  body: block(
    {
      latency_histogram_buckets: defaulted(
        list(duration),
        [
          '2ms',
          '4ms',
          '6ms',
          '8ms',
          '10ms',
          '50ms',
          '100ms',
          '200ms',
          '400ms',
          '800ms',
          '1s',
          '1400ms',
          '2s',
          '5s',
          '10s',
          '15s',
        ],
        'Upper bounds of the buckets; the metrics are in seconds.',
      ),
      dimensions: defaulted(
        names,
        [],
        'Attributes that become labels, with `client_` and `server_` before them.',
      ),
      store: defaulted(
        block({
          ttl: defaulted(positiveDuration, '2s', 'Longest wait for the other span of a pair.'),
          max_items: defaulted(
            integer(1, 10_000_000),
            1_000,
            'Most spans that wait; what is beyond is dropped and counted.',
          ),
        }),
        {},
        'Where spans wait for their pair.',
      ),
      cache_loop: defaulted(positiveDuration, '1m', 'How often series without requests are looked for.'),
      store_expiration_loop: defaulted(positiveDuration, '2s', 'How often spans without pair are let go.'),
      virtual_node_peer_attributes: defaulted(
        names,
        ['peer.service', 'db.name', 'db.system'],
        'Attributes that name the server of a client span without pair, the first one first.',
      ),
      virtual_node_extra_label: defaulted(flag, false, 'Adds `virtual_node` where one side was named so.'),
      database_name_attributes: defaulted(names, ['db.name'], 'Attributes that name a database.'),
      metrics_flush_interval: defaulted(
        duration,
        '60s',
        'How often the metrics go into their pipelines; 0 with every batch.',
      ),
    },
    {
      exponential_histogram_max_size: 'latency_histogram_buckets',
      metrics_timestamp_offset: 'leave it out: metrics carry the time they are given out',
    },
  ),
})
