import { expect } from 'chai'
import { attributeOf, type Attribute } from '../../../../compliance/evidence.ts'
import { allowedMajors } from '../../../../compliance/gather/defaults/apply.ts'
import { gatherTerraform } from '../../../../compliance/gather/terraform.ts'

function attributeIn(type: string, lines: string, path: string, version?: string): Attribute | undefined {
  const head =
    version === undefined
      ? ''
      : `terraform {\n required_providers {\n aws = {\n source = "hashicorp/aws"\n version = "${version}"\n }\n }\n}\n`
  const text = `${head}resource "${type}" "x" {\n${lines}\n}\n`
  const { resources } = gatherTerraform([{ file: 'main.tf', bytes: Buffer.from(text) }])
  const found = resources.find((each) => each.type === type)
  return found === undefined ? undefined : attributeOf(found, path)
}

describe('the defaults of a provider', () => {
  it('read the versions that a constraint allows', () => {
    expect(allowedMajors('~> 5.0')).to.deep.equal([5])
    expect(allowedMajors('>= 4.9, < 6.0.0')).to.deep.equal([4, 5])
    expect(allowedMajors('5.31.0')).to.deep.equal([5])
    expect(allowedMajors('> 4')).to.deep.equal([4, 5, 6])
    expect(allowedMajors(undefined)).to.deep.equal([3, 4, 5, 6])
    expect(allowedMajors('whatever')).to.deep.equal([3, 4, 5, 6])
  })

  it('are those of Google too, where they hold for every version', () => {
    const found = attributeIn('google_kms_crypto_key', '', 'purpose')
    expect(found).to.include({ known: true, value: 'ENCRYPT_DECRYPT' })
    expect(found?.trace?.[0]).to.equal('default of the google provider')
    expect(attributeIn('google_kms_crypto_key', 'purpose = var.x', 'purpose')).to.include({ known: false })
    const path = 'settings.0.ip_configuration.0.ipv4_enabled'
    expect(attributeIn('google_sql_database_instance', '', path)).to.equal(undefined)
  })

  it('say what an attribute is that nobody wrote, and how that is known', () => {
    const found = attributeIn('aws_db_instance', 'multi_az = null', 'multi_az')
    expect(found).to.include({ known: true, value: false, startLine: 1 })
    expect(found?.trace?.[0]).to.contain('default of the aws provider')
    expect(attributeIn('aws_db_instance', 'multi_az = true', 'multi_az')).to.include({ value: true })
    expect(attributeIn('aws_db_instance', 'multi_az = var.x', 'multi_az')).to.include({ known: false })
    expect(
      attributeIn('aws_eks_cluster', 'vpc_config {\n}', 'vpc_config.0.endpoint_public_access'),
    ).to.include({
      value: true,
    })
    expect(attributeIn('aws_eks_cluster', '', 'vpc_config.0.endpoint_public_access')).to.equal(undefined)
  })

  it('say nothing of what comes from elsewhere', () => {
    expect(attributeIn('aws_db_instance', '', 'storage_encrypted')).to.include({ value: false })
    const replica = attributeIn('aws_db_instance', 'replicate_source_db = "main"', 'storage_encrypted')
    expect(replica).to.equal(undefined)
  })

  it('say nothing where versions that may be used differ', () => {
    const encrypted = (version?: string) => attributeIn('aws_redshift_cluster', '', 'encrypted', version)
    expect(encrypted('~> 5.0')).to.include({ value: false })
    expect(encrypted('~> 6.0')).to.include({ value: true })
    expect(encrypted('>= 5.0')).to.equal(undefined)
    expect(encrypted()).to.equal(undefined)
    expect(attributeIn('aws_s3_bucket', '', 'acl', '~> 3.0')).to.include({ value: 'private' })
    expect(attributeIn('aws_s3_bucket', '', 'acl', '~> 4.0')).to.equal(undefined)
  })
})
