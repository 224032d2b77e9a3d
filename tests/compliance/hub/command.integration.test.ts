import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Posture } from '../../../contracts/posture.ts'
import { hubAccount, startHubServer, type HubServer } from './hub-server.ts'

const root = join(import.meta.dirname, '../../..')
const { id, region } = hubAccount

describe('the commands that speak to Security Hub', () => {
  let folder: string
  let stack: string
  let server: HubServer
  const run = (...args: readonly string[]) =>
    new Promise<{ readonly code: number; readonly stdout: string }>((resolve) => {
      const env = { PATH: process.env['PATH'], HOME: folder, ...server.variables }
      execFile(process.execPath, ['compliance/main.ts', ...args], { cwd: root, env }, (error, stdout) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout })
      })
    })
  const send = (account = id) =>
    run('hub', stack, '--account', account, '--region', region, '--state', join(folder, 'sent.json'))
  const write = (isPrivileged: boolean) =>
    writeFileSync(
      join(stack, 'docker-compose.yml'),
      `services:\n  app: { image: "app:1.0.0", privileged: ${isPrivileged} }\n`,
    )
  const stateOf = (control: string) =>
    [...server.model.stored.values()]
      .filter(({ GeneratorId }) => GeneratorId === `campanile/${control}`)
      .map(({ Compliance, RecordState }) => `${Compliance.Status} ${RecordState}`)

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-hub-'))
    stack = join(folder, 'stack')
    mkdirSync(stack)
    write(true)
    server = await startHubServer()
  })
  afterEach(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('send what is open once, go on after a broken connection, and tell what recovered', async () => {
    server.troubles.push('lost answer')
    expect((await send()).code).to.equal(1)
    server.troubles.push('throttled', 'part fails')
    const second = await send()
    expect([second.code, /(\d+) waiting/.exec(second.stdout)?.[1]]).to.deep.equal([0, '0'])
    expect(stateOf('CTR-02')).to.deep.equal(['FAILED ACTIVE'])
    const calls = server.calls.length
    expect((await send()).stdout).to.include('0 accepted')
    expect(server.calls).to.have.lengthOf(calls)
    write(false)
    expect((await send()).code).to.equal(0)
    expect(stateOf('CTR-02')).to.deep.equal(['PASSED ARCHIVED'])
    expect([...server.model.versions.values()].every((count) => count === 1)).to.equal(true)
    expect(server.model.broken).to.deep.equal([])
  })

  it('refuse the state of another account, an account that is none, and an empty folder', async () => {
    expect((await send()).code).to.equal(0)
    const calls = server.calls.length
    expect((await send('999988887777')).code).to.equal(1)
    expect((await send('123')).code).to.equal(2)
    rmSync(join(stack, 'docker-compose.yml'))
    expect((await send()).code).to.equal(1)
    expect(server.calls).to.have.lengthOf(calls)
  })

  it('take what Security Hub finds into the scan, and make unknown what it does not answer', async () => {
    const told = (Status: string, SecurityControlId: string) => ({
      Id: `arn:aws:securityhub:${region}:${id}:finding/${SecurityControlId}`,
      AwsAccountId: id,
      Region: region,
      UpdatedAt: new Date().toISOString(),
      Compliance: { Status, SecurityControlId },
      Resources: [{ Id: `arn:aws:rds:${region}:${id}:db:one` }],
    })
    server.pages = [[told('FAILED', 'RDS.2')], [told('PASSED', 'RDS.3')]]
    const account = ['--aws-account', id, '--aws-region', region]
    const scan = () => run('scan', stack, '--format', 'json', '--security-hub-findings', ...account)
    const posture = JSON.parse((await scan()).stdout) as Posture
    const stateIn = ({ items }: Posture, item: string) => items.find((each) => each.id === item)?.state
    expect([stateIn(posture, 'DBS-01'), stateIn(posture, 'DBS-02')]).to.deep.equal(['fail', 'pass'])
    expect(posture.sources.find(({ source }) => source === 'aws')).to.include({ resources: 2, faults: 0 })
    expect((await run('scan', stack, '--security-hub-findings')).code).to.equal(2)
    await server.close()
    const unasked = JSON.parse((await scan()).stdout) as Posture
    expect(stateIn(unasked, 'DBS-01')).to.equal('unknown')
    expect(unasked.faults.map(({ code }) => code)).to.deep.equal(['GATHER_UNREACHABLE'])
  })
})
