import { expect } from 'chai'
import { evidenceOf } from '../../drills/describe-run.ts'
import { DrillError } from '../../drills/errors.ts'
import { Evidence } from '../../drills/evidence/evidence.ts'
import type { SeenAlert } from '../../drills/expect/steps.ts'
import { runDrill, type RunOptions, type Stage } from '../../drills/run-drill.ts'
import { validator } from '../../lib/validate.ts'
import { anIncident, drillOf } from './an-incident.ts'

const checkEvidence = validator(Evidence)
const drill = drillOf('gpa-500')
const circumstances = {
  timeScale: 1,
  machine: { cores: 2, memoryGiB: 4, platform: 'Linux x64', node: '24.0.0' },
}
const ringing: SeenAlert = {
  name: 'TenantErrorRate',
  state: 'firing',
  labels: { tenant: 'drill', service: 'academics' },
}

/** A house that rings while it is broken, one look later than it breaks; every look takes a second. */
function fakeHouse() {
  const calls: string[] = []
  let isBroken = false
  let looks = 0
  let millis = 0
  const startMillis = Date.parse('2026-11-21T10:00:00Z')
  let wasBroken = false
  const stage: Stage = {
    prepare: async () => {
      calls.push('prepare')
      return { stop: async () => void calls.push('stop load') }
    },
    injection: {
      begin: async (seconds) => {
        calls.push(`begin ${seconds}`)
        isBroken = true
      },
      end: async () => {
        calls.push('end')
        isBroken = false
      },
    },
    observe: async () => {
      looks++
      millis += 1_000
      const rings = wasBroken
      wasBroken = isBroken
      const lastEventAt = new Date(startMillis + millis).toISOString()
      return { alerts: rings ? [ringing] : [], incidents: rings ? [anIncident({ lastEventAt })] : [] }
    },
    follow: async () => 200,
    now: () => new Date(startMillis + millis),
    monotonicMillis: () => millis,
    pauseMillis: 0,
  }
  return { stage, calls, looks: () => looks }
}

const run = (stage: Stage, given: Partial<RunOptions> = {}) =>
  runDrill({
    drill,
    stage,
    limitSeconds: 60,
    signal: new AbortController().signal,
    onStep: () => undefined,
    ...given,
  })

describe('a drill', () => {
  it('takes every step in order, tells each, and leaves evidence that fits its schema', async () => {
    const { stage, calls } = fakeHouse()
    const told: string[] = []
    const outcome = await run(stage, { onStep: ({ name }) => told.push(name) })
    const names = ['ready', 'baseline', 'inject', 'fires', 'arrives', 'end', 'clears', 'resolves']
    expect(outcome.steps.map(({ name }) => name)).to.deep.equal(names)
    expect(told).to.deep.equal(names)
    expect(calls).to.deep.equal(['prepare', 'begin 60', 'end', 'end', 'stop load'])
    const evidence = evidenceOf(drill, outcome, circumstances)
    expect(checkEvidence(JSON.parse(JSON.stringify(evidence)))).to.include({ valid: true })
    expect(evidence).to.include({ outcome: 'passed', pageSeconds: 3, resolveSeconds: 3 })
    expect(evidence.incident?.links.map(({ status }) => status)).to.deep.equal([200, 200, 200])
    expect(evidence.incident?.alerts).to.deep.equal(['TenantErrorRate'])
    expect(evidence.incident?.personalData).to.deep.equal([])
  })

  it('names the step and what was seen when the alert stays away, and mends all the same', async () => {
    const { stage, calls } = fakeHouse()
    const observe = async () => ({ ...(await stage.observe()), alerts: [] })
    const outcome = await run({ ...stage, observe })
    expect(outcome.failure?.step).to.equal('fires')
    expect(outcome.failure?.seen).to.include('no alert')
    expect(calls.slice(-2)).to.deep.equal(['end', 'stop load'])
    const evidence = evidenceOf(drill, outcome, circumstances)
    expect(checkEvidence(JSON.parse(JSON.stringify(evidence)))).to.include({ valid: true })
    expect(evidence.outcome).to.equal('failed')
  })

  it('fails at once when a link of the event does not answer', async () => {
    const { stage, looks } = fakeHouse()
    const outcome = await run({ ...stage, follow: async () => 404 })
    expect(outcome.failure?.step).to.equal('arrives')
    expect(looks()).to.be.lessThan(10)
  })

  it('mends and says so when somebody interrupts it', async () => {
    const { stage, calls } = fakeHouse()
    const stopping = new AbortController()
    const outcome = await run(stage, {
      signal: stopping.signal,
      onStep: ({ name }) => {
        if (name === 'fires') stopping.abort()
      },
    })
    expect(outcome.failure?.seen).to.include('interrupted')
    expect(calls.slice(-2)).to.deep.equal(['end', 'stop load'])
  })

  it('looks again when somebody does not answer', async () => {
    const { stage } = fakeHouse()
    let asked = 0
    const observe = async () => {
      const seen = await stage.observe()
      if (asked++ % 2 === 0) throw new DrillError('DRILL_UNREACHABLE', 'Prometheus does not answer')
      return seen
    }
    expect((await run({ ...stage, observe })).failure).to.equal(undefined)
  })

  it('does not begin where it is not possible, and breaks nothing', async () => {
    const { stage, calls } = fakeHouse()
    const prepare = async () => {
      throw new DrillError('DRILL_NOT_POSSIBLE', 'the appliance runs without demo data')
    }
    const outcome = await run({ ...stage, prepare })
    expect(outcome.failure).to.deep.equal({ step: 'ready', seen: 'the appliance runs without demo data' })
    expect(calls.some((call) => call.startsWith('begin'))).to.equal(false)
  })

  it('fails when the fault cannot be ended', async () => {
    const { stage } = fakeHouse()
    const { begin } = stage.injection
    const end = async () => {
      throw new DrillError('DRILL_TAMPER_FAILED', 'the database is away')
    }
    const outcome = await run({ ...stage, injection: { begin, end } })
    expect(outcome.failure?.step).to.equal('end')
  })
})
