import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../../support/poll.ts'
import { makeScannerHome, startScanner, type Scanner, type ScannerHome } from '../scanner-process.ts'
import { hubAccount, startHubServer, type HubServer } from './hub-server.ts'

describe('the scanner as a process that tells Security Hub', () => {
  let home: ScannerHome
  let server: HubServer
  let scanner: Scanner | undefined
  const start = async () => {
    scanner = await startScanner(home, {
      ...server.variables,
      HOME: home.home,
      CAMPANILE_SECURITY_HUB_ACCOUNT: hubAccount.id,
      CAMPANILE_SECURITY_HUB_REGION: hubAccount.region,
    })
    return scanner
  }
  const failures = async ({ url }: Scanner) => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return /^compliance_export_failures_total\{sink="security_hub"\} (\d+)$/m.exec(text)?.[1]
  }
  const toldOf = (control: string) =>
    [...server.model.stored.values()].some(({ GeneratorId }) => GeneratorId === `campanile/${control}`)

  beforeEach(async () => {
    home = makeScannerHome()
    const insecure = 'services:\n  app: { image: "app:1.0.0", privileged: true }\n'
    writeFileSync(join(home.scanned, 'docker-compose.yml'), insecure)
    server = await startHubServer()
  })
  afterEach(async () => {
    await scanner?.stop('SIGKILL')
    scanner = undefined
    await server.close()
    home.remove()
  })

  it('sends what a scan found, each version once, over a restart too', async () => {
    const first = await start()
    await eventually('a finding arrives', () => toldOf('CTR-02'))
    await eventually('it is written down', () => first.output().includes('"event":"scan exported"'))
    expect(await failures(first)).to.equal('0')
    expect(await first.stop()).to.equal(0)
    const second = await start()
    await eventually('the next scan was sent', () => second.output().includes('"event":"scan exported"'))
    expect([...server.model.versions.values()].every((count) => count === 1)).to.equal(true)
    expect(server.model.broken).to.deep.equal([])
  })

  it('counts what could not be sent, and scans and serves all the same', async () => {
    server.troubles.push('lost')
    const running = await start()
    await eventually('the failure is counted', async () => (await failures(running)) === '1')
    expect((await running.posture()).items.length).to.be.greaterThan(0)
    await running.scanNow()
    await eventually('the next scan brings it', () => toldOf('CTR-02'))
    expect(server.model.broken).to.deep.equal([])
  })

  it('does not start with an account and no region', async () => {
    const error = await startScanner(home, { CAMPANILE_SECURITY_HUB_ACCOUNT: hubAccount.id }).catch(String)
    expect(error).to.include('ended with 2')
  })
})
