import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect } from 'chai'

describe('docs/openapi/ledger.json', () => {
  const file = new URL('../../../docs/openapi/ledger.json', import.meta.url)
  const read = () => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  const validate = async (document: Record<string, unknown>) => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(document)
    return { valid, errors, version: validator.version }
  }

  it('is valid OpenAPI 3.1 by the official schema', async () => {
    const { valid, errors, version } = await validate(read())
    expect(valid, JSON.stringify(errors)).to.equal(true)
    expect(version).to.equal('3.1')
  })

  it('would not be with a path that lacks its slash or a response without a description', async () => {
    const document = read()
    expect((await validate({ ...document, paths: { 'v1/x': {} } })).valid).to.equal(false)
    const broken = { '/v1/x': { get: { responses: { 200: {} } } } }
    expect((await validate({ ...document, paths: broken })).valid).to.equal(false)
  })
})
