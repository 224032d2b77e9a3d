import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { generatedFolder } from '../generated.ts'
import { promtool } from './promtool.ts'

const labels = 'job="collector", instance="127.0.0.1:8888"'

/** A process that starts at 0 and is scraped from 30 s on; its counter has an event from the minute 2 on. */
const trial = {
  rule_files: [join(generatedFolder, 'rules/privacy.yaml')],
  evaluation_interval: '10s',
  tests: [
    {
      interval: '10s',
      input_series: [
        { series: `up{${labels}}`, values: '_x3 1+0x80' },
        { series: `process_start_time_seconds{${labels}}`, values: '_x3 0+0x80' },
        { series: `privacy_canary_leaks_total{signal="traces", ${labels}}`, values: '_x3 0+0x8 1+0x71' },
      ],
      promql_expr_test: [
        {
          expr: 'count_over_time(ALERTS{alertname="PiiCanaryLeak", alertstate="firing"}[6m40s])',
          eval_time: '6m40s',
          // Every evaluation from the second minute to the event's leaving the window.
          exp_samples: [
            {
              labels:
                '{alertname="PiiCanaryLeak", alertstate="firing", area="privacy", service="collector", severity="critical"}',
              value: 29,
            },
          ],
        },
      ],
    },
  ],
}

describe('a process that is scraped some time after its start', () => {
  it('rings once for an event of its first minutes, without a gap when it grows older than the window', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'campanile-young-'))
    try {
      writeFileSync(join(folder, 'young.json'), JSON.stringify(trial))
      const { code, output } = await promtool(folder, ['test', 'rules', 'young.json'])
      expect(code, output).to.equal(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
