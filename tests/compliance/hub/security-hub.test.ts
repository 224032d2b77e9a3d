import { expect } from 'chai'
import { controls } from '../../../compliance/controls/all.ts'
import { readChecklist } from '../../../compliance/checklist.ts'
import { withSecurityHub } from '../../../compliance/controls/read/security-hub.ts'
import type { Control } from '../../../compliance/controls/control.ts'
import { hubControls } from '../../../compliance/hub/items.ts'
import type { HubClient, ToldFinding } from '../../../compliance/hub/client.ts'
import { readHubFindings } from '../../../compliance/hub/read-findings.ts'
import { evidenceOf, tf } from '../controls/cases.ts'

const now = Date.parse('2026-11-20T00:00:00Z')
const finding = (status: string, over: Partial<ToldFinding> = {}): ToldFinding => ({
  Id: `arn:aws:securityhub:eu-central-1:111122223333:finding/${status}`,
  AwsAccountId: '111122223333',
  Region: 'eu-central-1',
  UpdatedAt: '2026-11-19T12:00:00Z',
  Compliance: { Status: status, SecurityControlId: 'RDS.2' },
  Resources: [{ Id: 'arn:aws:rds:eu-central-1:111122223333:db:one' }],
  ...over,
})
const answering = (...pages: (readonly ToldFinding[])[]): HubClient => ({
  importFindings: async () => ({ failed: [] }),
  findings: async (token) => {
    const page = Number(token ?? 0)
    const findings = pages[page] ?? []
    return page + 1 < pages.length ? { findings, next: String(page + 1) } : { findings }
  },
})
const plain: Control = {
  id: 'DBS-01',
  sources: ['terraform'],
  applies: ({ kind }) => kind === 'terraform',
  check: () => ({ status: 'pass', expected: 'x' }),
}

async function statusesOf(...pages: (readonly ToldFinding[])[]) {
  const { resources } = await readHubFindings(answering(...pages), 'test', now)
  const { applies, check } = withSecurityHub(plain)
  return resources.filter(applies).map((each) => [check(each, evidenceOf(resources))].flat()[0]?.status)
}

describe('findings of Security Hub', () => {
  it('are taken for the items that name their control, page by page', async () => {
    expect(await statusesOf([finding('PASSED')], [finding('FAILED')])).to.deep.equal(['pass', 'fail'])
  })

  it('are unknown where they are no verdict or too old', async () => {
    const old = { UpdatedAt: '2026-11-01T00:00:00Z' }
    const found = await statusesOf([
      finding('WARNING'),
      finding('NOT_AVAILABLE'),
      finding('PASSED', old),
      finding('FAILED', old),
      finding('PASSED', { UpdatedAt: 'yesterday' }),
    ])
    expect(found).to.deep.equal(['unknown', 'unknown', 'unknown', 'unknown', 'unknown'])
  })

  it('of other controls say nothing, and Terraform is judged as before', async () => {
    const other = finding('FAILED', { Compliance: { Status: 'FAILED', SecurityControlId: 'RDS.3' } })
    expect(await statusesOf([other, { ...finding('FAILED'), Compliance: undefined }])).to.deep.equal([])
    const [database] = tf('resource "aws_db_instance" "x" {\n}')()
    const { applies, check } = withSecurityHub(plain)
    if (database === undefined) throw new Error('there is no database')
    expect(applies(database)).to.equal(true)
    expect(check(database, evidenceOf([database]))).to.include({ status: 'pass' })
  })

  it('that cannot be asked for are a fault that hides them', async () => {
    // Security Hub has two words for it: that of IAM, and its own.
    for (const name of ['AccessDeniedException', 'InvalidAccessException']) {
      const denied = Object.assign(new Error('no'), { name })
      const client = { ...answering(), findings: () => Promise.reject(denied) }
      const { faults } = await readHubFindings(client, 'test', now)
      expect(faults.map(({ code, hides }) => [code, hides])).to.deep.equal([['GATHER_DENIED', ['aws']]])
    }
  })

  it('are joined to items of the checklist alone, and to every control of those items', () => {
    const items = new Map(readChecklist().items.map((item) => [item.id, item]))
    for (const [id, ids] of Object.entries(hubControls)) {
      for (const each of ids) {
        // `SecretsManager.1/.4` and `Inspector.1..4` are written short.
        const isNamed = (items.get(id)?.check['aws'] ?? '').includes(each.split('.')[0] ?? each)
        expect(isNamed, `${id} ${each}`).to.equal(true)
      }
    }
    const joined = controls.filter(({ id }) => Object.hasOwn(hubControls, id))
    expect(joined.filter(({ sources }) => !sources.includes('aws')).map(({ id }) => id)).to.deep.equal([])
  })
})
