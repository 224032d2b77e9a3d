import { expect } from 'chai'
import { Instruments } from '../../sdk/metrics/instruments.ts'

const span = {
  spanContext: () => ({ traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }),
}

async function scrape(instruments: Instruments): Promise<string> {
  return (await instruments.scrape()).body
}

describe('typed instruments', () => {
  it('renders OpenMetrics with the process metrics and the end mark', async () => {
    const { contentType, body } = await new Instruments('users', () => undefined).scrape()
    expect(contentType).to.match(/^application\/openmetrics-text; version=1\.0\.0/)
    expect(body).to.contain('process_cpu_user_seconds_total')
    expect(body.endsWith('# EOF\n')).to.equal(true)
  })

  it('starts counters of closed label sets at 0 for its own service', async () => {
    const instruments = new Instruments('users', () => undefined)
    instruments.counter('cross_tenant_denied_total')
    const body = await scrape(instruments)
    expect(body).to.contain('cross_tenant_denied_total{service="users",kind="row"} 0')
    expect(body).not.to.contain('service="booking"')
  })

  it('counts under the labels it is given', async () => {
    const instruments = new Instruments('users', () => undefined)
    instruments.counter('gpa_calculations_total').inc({ tenant: 'university_a', outcome: 'success' }, 3)
    expect(await scrape(instruments)).to.contain(
      'gpa_calculations_total{tenant="university_a",outcome="success"} 3',
    )
  })

  it('folds a label value beyond its budget into other and counts the fold', async () => {
    const instruments = new Instruments('users', () => undefined)
    const conflicts = instruments.counter('booking_conflicts_total')
    for (let n = 0; n < 53; n++) conflicts.inc({ tenant: `university_${n}` })
    const body = await scrape(instruments)
    expect(body).to.contain('booking_conflicts_total{tenant="other"} 3')
    expect(body).not.to.contain('university_50')
    expect(body).to.contain('sdk_labels_folded_total{service="users",metric="booking_conflicts_total"} 3')
  })

  it('folds a value that is not in a closed list', async () => {
    const instruments = new Instruments('users', () => undefined)
    // A value of outside data that escaped the compiler.
    const outcome = JSON.parse('"surprise"') as 'success'
    instruments.counter('gpa_calculations_total').inc({ tenant: 'university_a', outcome })
    expect(await scrape(instruments)).to.contain('outcome="other"} 1')
  })

  it('attaches the trace of an observation to its bucket', async () => {
    const instruments = new Instruments('ledger', () => span)
    instruments.histogram('ledger_append_duration_seconds').observe({}, 0.004)
    const body = await scrape(instruments)
    expect(body).to.match(
      /ledger_append_duration_seconds_bucket\{le="0\.005"\} 1 # \{trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"\} 0\.004 \d+/,
    )
    expect(body).to.contain('ledger_append_duration_seconds_bucket{le="0.0025"} 0')
    expect(body).to.contain('ledger_append_duration_seconds_bucket{le="+Inf"} 1')
    expect(body).to.contain('ledger_append_duration_seconds_count 1')
  })

  it('does not compile an undeclared name or label', () => {
    const instruments = new Instruments('users', () => undefined)
    const misuse = () => {
      // @ts-expect-error the catalogue has no such metric
      instruments.counter('surprises_total')
      // @ts-expect-error a gauge is no counter
      instruments.counter('users')
      const calculations = instruments.counter('gpa_calculations_total')
      // @ts-expect-error the label is missing
      calculations.inc({ tenant: 'university_a' })
      // @ts-expect-error the label is not declared
      calculations.inc({ tenant: 'university_a', outcome: 'success', student: 's1' })
      // @ts-expect-error the value is not in the closed list
      calculations.inc({ tenant: 'university_a', outcome: 'surprise' })
    }
    expect(misuse).to.be.a('function')
  })
})
