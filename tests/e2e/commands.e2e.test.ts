import { expect } from 'chai'
import { sharedAppliance, type Appliance } from '../support/appliance.ts'
import { logIn } from '../support/campus-client.ts'
import { campanile } from '../support/ledger-client.ts'
import { eventually } from '../support/poll.ts'

describe('./campanile beside a running appliance', () => {
  let appliance: Appliance
  before(async () => {
    appliance = await sharedAppliance()
  })

  it('says in status how long it took and that it fits into 1.5 GB', async () => {
    // A component that is asked for its health while the machine is busy counts as unready until the next look.
    const status = await eventually('it is ready', async () => {
      const { stdout } = await campanile(appliance, ['status', '--json'])
      const found = JSON.parse(stdout) as {
        state: string
        readyMillis: number
        pssBytes: number
        components: unknown[]
      }
      return found.state === 'ready' && found
    })
    expect(status.readyMillis).to.be.greaterThan(0)
    expect(status.pssBytes).to.be.within(1, 1.5e9)
    expect(status.components.length).to.be.at.least(12)
  })

  it('prints a trace as a tree over the services, with its log lines', async () => {
    const client = await logIn(appliance, 'student@university-a.example')
    const { traceId } = await client.get(`/api/academics/students/${client.account}/transcript`)
    const output = await eventually('the trace is complete', async () => {
      const { stdout } = await campanile(appliance, ['trace', traceId])
      // The services export on their own clocks, so parts of a trace arrive one after the other.
      const parts = ['transcript read', 'academics', 'gateway', 'GET /students/:id/transcript']
      return parts.every((part) => stdout.includes(part)) && stdout
    })
    expect(output).to.match(/^ .*academics .*GET \/students\/:id\/transcript/m)
  })

  it('refuses a second start and says that one is running', async () => {
    const refused = await campanile(appliance, ['up']).then(
      () => undefined,
      (error: unknown) => error as { readonly code: number; readonly stderr: string },
    )
    expect(refused?.code).to.equal(1)
    expect(refused?.stderr).to.contain('running')
  })

  it('reports every check of doctor', async () => {
    // It ends with another code than 0 while a component counts as unready.
    const { stdout } = await eventually('all is well', () => campanile(appliance, ['doctor']))
    for (const check of ['node', 'memory', 'disk', 'clock', 'postgres', 'engines'])
      expect(stdout).to.contain(check)
  })

  it('shows the lines of one component', async () => {
    const { stdout } = await campanile(appliance, ['logs', 'gateway', '-n', '5'])
    expect(stdout).to.contain('"service":"gateway"')
  })
})
