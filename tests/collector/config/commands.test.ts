/** What `check` and `port-check` answer: exit code, and every fault of every file at once. */
import { expect } from 'chai'
import { check, portCheck } from '../../../collector/config/commands.ts'

const golden = new URL('golden/', import.meta.url).pathname
const shipped = new URL('../../../compose/', import.meta.url).pathname
const good = `${golden}every.in.yaml`

describe('the commands about a configuration', () => {
  it('answers 0 to a valid file, and warns of old names and of a batch for nobody', () => {
    const { code, errors } = check({ path: good, variables: {} })
    expect(code).to.equal(0)
    expect(errors).to.have.length(4)
  })

  it('answers 2 with the faults of both files', () => {
    const files = { path: `${golden}cycle.bad.yaml`, appliance: `${shipped}appliance.yaml` }
    const { code, output, errors } = check({ ...files, variables: { CAMPANILE_PRIVACY_MODE: 'maybe' } })
    expect(code).to.equal(2)
    expect(output).to.deep.equal([])
    expect(errors.some((line) => line.includes('cycle.bad.yaml:'))).to.equal(true)
    expect(errors.some((line) => line.includes('appliance.yaml:'))).to.equal(true)
  })

  it('answers 2 where the folder of a storage is missing and not to be created', () => {
    const { code, errors } = check({ path: `${golden}storage.in.yaml`, variables: {} })
    expect(code).to.equal(2)
    expect(errors[0]).to.match(/storage\.in\.yaml:\d+ extensions\.file_storage\.directory: /)
  })

  it('answers 1 where guarantees are lost, each with file, line, key and advice as JSON', () => {
    const { code, output } = portCheck({ path: good, variables: {} }, true)
    expect(code).to.equal(1)
    const { lost } = JSON.parse(output.join('\n')) as { lost: Readonly<Record<string, unknown>>[] }
    for (const each of lost) expect(each).to.have.all.keys('guarantee', 'line', 'key', 'lost', 'advice')
  })

  it('names the fence of what is scraped too', () => {
    const { code, output } = portCheck({ path: `${golden}scraped.in.yaml`, variables: {} }, false)
    expect(code).to.equal(1)
    expect(output).to.have.length(2)
  })

  it('answers 2 to a port check of a file with faults', () => {
    expect(portCheck({ path: `${golden}unknown.bad.yaml`, variables: {} }, false).code).to.equal(2)
  })
})
