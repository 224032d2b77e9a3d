import { expect } from 'chai'
import { attributeOf, knownValueOf } from '../../../../compliance/evidence.ts'
import { gatherPlan } from '../../../../compliance/gather/plan/plan.ts'

/** As `terraform show -json` writes it (Terraform 1.11, format 1.2), shortened. */
const plan = {
  format_version: '1.2',
  terraform_version: '1.11.4',
  complete: true,
  errored: false,
  planned_values: {
    root_module: {
      resources: [
        {
          address: 'aws_s3_bucket_versioning.logs',
          mode: 'managed',
          type: 'aws_s3_bucket_versioning',
          name: 'logs',
          values: { mfa: null, versioning_configuration: [{ status: 'Enabled' }] },
          sensitive_values: { versioning_configuration: [{}] },
        },
      ],
      child_modules: [
        {
          address: 'module.db["a.b"]',
          resources: [
            {
              address: 'module.db["a.b"].aws_db_instance.this[0]',
              mode: 'managed',
              type: 'aws_db_instance',
              name: 'this',
              index: 0,
              values: { password: 'hunter2', tags: {}, timeouts: null, security_group_ids: [] },
              sensitive_values: { password: true },
            },
          ],
        },
      ],
    },
  },
  resource_changes: [
    {
      address: 'aws_s3_bucket_versioning.logs',
      change: {
        actions: ['create'],
        after_unknown: { bucket: true, versioning_configuration: [{ mfa_delete: true }] },
      },
    },
  ],
  prior_state: {
    values: {
      root_module: {
        resources: [
          {
            address: 'data.aws_iam_policy_document.d',
            mode: 'data',
            type: 'aws_iam_policy_document',
            name: 'd',
            values: { json: '{}' },
          },
        ],
      },
    },
  },
  configuration: {
    root_module: {
      resources: [
        {
          address: 'aws_s3_bucket_versioning.logs',
          expressions: { bucket: { references: ['aws_s3_bucket.logs.id', 'aws_s3_bucket.logs'] } },
        },
      ],
    },
  },
}

const read = (
  document: unknown,
  ...more: Parameters<typeof gatherPlan> extends [unknown, ...infer R] ? R : never
) => gatherPlan({ file: 'plan.json', bytes: Buffer.from(JSON.stringify(document)) }, ...more)

describe('a plan', () => {
  it('shows what Terraform knows in the shape of its files', () => {
    const { resources, faults } = read(plan)
    expect(faults).to.deep.equal([])
    expect(resources.map(({ address, type }) => [address, type])).to.deep.equal([
      ['aws_s3_bucket_versioning.logs', 'aws_s3_bucket_versioning'],
      ['module.db["a.b"].aws_db_instance.this[0]', 'aws_db_instance'],
      ['data.aws_iam_policy_document.d', 'data.aws_iam_policy_document'],
    ])
    const [versioning, database] = resources
    if (versioning === undefined || database === undefined) throw new Error('resources are missing')
    expect(knownValueOf(versioning, 'versioning_configuration.0.status')).to.equal('Enabled')
    expect(attributeOf(versioning, 'mfa')).to.equal(undefined)
    expect(database.scope?.module).to.equal('module.db["a.b"].')
  })

  it('knows what is known after apply only by its name, and keeps secrets marked', () => {
    const [versioning, database] = read(plan).resources
    if (versioning === undefined || database === undefined) throw new Error('resources are missing')
    expect(attributeOf(versioning, 'bucket')).to.include({ known: false, identity: 'aws_s3_bucket.logs.id' })
    expect(attributeOf(versioning, 'versioning_configuration.0.mfa_delete')).to.include({ known: false })
    expect(attributeOf(database, 'password')).to.include({ known: true, isSensitive: true })
    expect(attributeOf(database, 'security_group_ids')).to.equal(undefined)
  })

  it('places resources where their files say they are', () => {
    const at = { file: 'db/main.tf', startLine: 3, endLine: 9 }
    const { resources } = read(plan, (addresses) => (address) => {
      expect(addresses).to.include(address)
      return address === 'module.db.aws_db_instance.this' ? at : undefined
    })
    expect(resources.map(({ position }) => position.file)).to.deep.equal([
      'plan.json',
      'db/main.tf',
      'plan.json',
    ])
  })

  it('says that a plan is not complete, or is none', () => {
    expect(read({ ...plan, complete: false }).faults.map(({ code }) => code)).to.deep.equal([
      'GATHER_UNSUPPORTED',
    ])
    expect(read({ ...plan, errored: true }).faults).to.have.length(1)
    expect(read({ format_version: '9.0' }).faults.map(({ code }) => code)).to.deep.equal([
      'GATHER_UNSUPPORTED',
    ])
    expect(read([]).faults).to.have.length(1)
    const torn = gatherPlan({ file: 'plan.json', bytes: Buffer.from('{') })
    expect(torn.faults.map(({ code }) => code)).to.deep.equal(['GATHER_SYNTAX'])
  })
})
