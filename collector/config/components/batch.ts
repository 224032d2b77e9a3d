/** Processor `batch`: puts payloads together. */
import { defineComponent } from '../component.ts'
import { block, defaulted } from '../shape.ts'
import { duration, integer } from '../values.ts'

const size = integer(0, 10_000_000)
const metadata = 'leave it out: headers of requests are not kept, so there is nothing to part by'

export const batch = defineComponent('processors', 'batch', {
  says: 'Puts payloads together before they are sent on; `sending_queue.batch` of an exporter does it later and keeps them safe.',
  signals: ['traces', 'metrics', 'logs'],
  body: block(
    {
      timeout: defaulted(
        duration,
        '200ms',
        'Longest wait for a batch to fill; 0 sends at once and only cuts.',
      ),
      send_batch_size: defaulted(
        size,
        8_192,
        'Spans, data points or log records from which a batch is sent.',
      ),
      send_batch_max_size: defaulted(size, 0, 'Size beyond which a batch is cut; 0 never cuts.'),
    },
    { metadata_keys: metadata, metadata_cardinality_limit: metadata },
  ),
  check: ({ sendBatchSize, sendBatchMaxSize }, report) => {
    if (sendBatchMaxSize > 0 && sendBatchMaxSize < sendBatchSize)
      report('send_batch_max_size', 'a size not below send_batch_size, or 0')
  },
})
