import { readFileSync } from 'node:fs'
import { expect } from 'chai'

interface Validator {
  readonly validate: (document: object) => Promise<{ readonly valid: boolean; readonly errors?: unknown }>
  readonly version: string
}

/** Carries the official schemas of OpenAPI; undefined where it is not installed. */
function findValidator(): string | undefined {
  try {
    return import.meta.resolve('@seriousme/openapi-schema-validator')
  } catch {
    return undefined
  }
}

describe('docs/openapi/ledger.json', () => {
  const address = findValidator()
  if (address === undefined) {
    it('is not held against its standard on this system: the validator is not installed', () => {
      expect(address).to.equal(undefined)
    })
    return
  }
  const file = new URL('../../../docs/openapi/ledger.json', import.meta.url)
  const read = () => JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, object> }
  const validate = async (document: object) => {
    // The package's own declaration of the class.
    const { Validator: Made } = (await import(address)) as { readonly Validator: new () => Validator }
    const validator = new Made()
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
