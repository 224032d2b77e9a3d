/** Exporter `debug`: writes to the collector's own log. */
import { defineComponent } from '../component.ts'
import { block, defaulted } from '../shape.ts'
import { integer, oneOf, only } from '../values.ts'

export const debug = defineComponent('exporters', 'debug', {
  says: 'Writes what passes to the collector’s own log, after the fence like everything.',
  signals: ['traces', 'metrics', 'logs'],
  body: block(
    {
      verbosity: defaulted(
        oneOf('basic', 'normal', 'detailed'),
        'basic',
        'How much: counts, one line an item, or every field.',
      ),
      sampling_initial: defaulted(integer(0, 1_000_000), 2, 'Lines written in each second at first.'),
      sampling_thereafter: defaulted(integer(0, 1_000_000), 1, 'Then one line out of so many.'),
      use_internal_logger: defaulted(only(true), true, 'Lines are the collector’s own JSON lines.'),
    },
    {
      output_paths: 'the file exporter',
      sending_queue: 'leave it out: lines are written at once',
    },
  ),
})
