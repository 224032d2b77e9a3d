/** Settings of `service_graph` as the configuration fills them in, with two buckets. */
import type { ServiceGraphSettings } from '../../../collector/process/service-graph.ts'

export const serviceGraphDefaults: ServiceGraphSettings = {
  latencyHistogramBuckets: [10, 1000],
  dimensions: [],
  store: { ttl: 2000, maxItems: 1000 },
  cacheLoop: 60_000,
  storeExpirationLoop: 2000,
  virtualNodePeerAttributes: ['peer.service', 'db.name', 'db.system'],
  virtualNodeExtraLabel: false,
  databaseNameAttributes: ['db.name'],
  metricsFlushInterval: 60_000,
}
