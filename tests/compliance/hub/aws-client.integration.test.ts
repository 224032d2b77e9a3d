import { expect } from 'chai'
import { connectHub } from '../../../compliance/hub/aws-client.ts'
import { HubThrottled, type AsffFinding, type HubClient } from '../../../compliance/hub/client.ts'
import { hubAccount, startHubServer, type HubServer } from './hub-server.ts'

const finding = (id: string): AsffFinding => ({
  Id: id,
  ProductArn: `arn:aws:securityhub:eu-central-1:${hubAccount.id}:product/${hubAccount.id}/default`,
  AwsAccountId: hubAccount.id,
  CreatedAt: '2026-11-20T00:00:00.000Z',
  UpdatedAt: '2026-11-20T00:00:00.000Z',
  FindingProviderFields: { Severity: { Label: 'HIGH' } },
  Compliance: { Status: 'FAILED' },
  RecordState: 'ACTIVE',
})

describe('the client of Security Hub, by the SDK of AWS', () => {
  let server: HubServer
  let client: HubClient
  const before = { ...process.env }
  beforeEach(async () => {
    server = await startHubServer()
    Object.assign(process.env, server.variables)
    client = await connectHub(hubAccount)
  })
  afterEach(async () => {
    for (const name of Object.keys(server.variables)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
    await server.close()
  })

  it('imports findings as they were written, and tells which failed', async () => {
    server.troubles.push('part fails')
    const { failed } = await client.importFindings([finding('a'), finding('b')])
    expect(failed).to.deep.equal([{ id: 'a', code: 'InternalError' }])
    expect([...server.model.stored.values()]).to.deep.equal([finding('b')])
    expect(server.model.broken).to.deep.equal([])
  })

  it('knows throttling, and makes no second call by itself', async () => {
    server.troubles.push('throttled')
    const error = await client.importFindings([finding('a')]).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(HubThrottled)
    expect(server.calls).to.deep.equal(['/findings/import'])
  })

  it('does not take a broken connection for throttling', async () => {
    server.troubles.push('lost')
    const error = await client.importFindings([finding('a')]).catch((thrown: unknown) => thrown)
    expect(error).to.be.instanceOf(Error)
    expect(error).not.to.be.instanceOf(HubThrottled)
  })

  it('asks for the active findings of the controls of one account and region, page by page', async () => {
    server.pages = [[{ Id: 'one' }], [{ Id: 'two' }]]
    const first = await client.findings(undefined)
    expect(first.next).to.equal('1')
    expect(await client.findings(first.next)).to.deep.equal({ findings: [{ Id: 'two' }] })
    expect(server.filters).to.deep.equal({
      AwsAccountId: [{ Value: '111122223333', Comparison: 'EQUALS' }],
      ProductArn: [
        {
          Value: 'arn:aws:securityhub:eu-central-1::product/aws/securityhub',
          Comparison: 'EQUALS',
        },
      ],
      RecordState: [{ Value: 'ACTIVE', Comparison: 'EQUALS' }],
    })
  })
})
