/** Processor `probabilistic_sampler`: keeps a share by trace id. */
import { defineComponent } from '../component.ts'
import { block, defaulted, optional, required } from '../shape.ts'
import { attributeName, decimal, flag, integer, oneOf } from '../values.ts'

export const probabilisticSampler = defineComponent('processors', 'probabilistic_sampler', {
  says: 'Keeps a share of traces or log records, the same ones everywhere.',
  signals: ['traces', 'logs'],
  body: block(
    {
      sampling_percentage: required(decimal(0, 100), 'Percent that is kept.'),
      hash_seed: defaulted(
        integer(0, 2 ** 32 - 1),
        0,
        'Seed of the hash; samplers in a row need different ones.',
      ),
      mode: defaulted(oneOf('hash_seed'), 'hash_seed', 'How the share is taken: by a hash of the trace id.'),
      fail_closed: defaulted(flag, true, 'Drops what has nothing to sample by.'),
      attribute_source: defaulted(
        oneOf('traceID', 'record'),
        'traceID',
        'Whether log records are sampled by trace id or by `from_attribute`.',
      ),
      from_attribute: optional(attributeName, 'Attribute that log records are sampled by.'),
      sampling_priority: optional(attributeName, 'Attribute that overrides the percentage of a log record.'),
    },
    { sampling_precision: 'leave it out: no threshold is written to tracestate' },
  ),
  check: ({ attributeSource, fromAttribute, mode, samplingPercentage }, report) => {
    if (attributeSource === 'record' && fromAttribute === undefined)
      report('from_attribute', 'an attribute, as attribute_source is record')
    // Upstream refuses what is below its 56 bits of randomness.
    if (mode === 'hash_seed' && samplingPercentage > 0 && samplingPercentage < 1e-12)
      report('sampling_percentage', '0, or a share that can be taken')
  },
})
