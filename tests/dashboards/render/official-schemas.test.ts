import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect } from 'chai'
import { catalogue } from '../../../dashboards/catalogue.ts'
import { renderClassic } from '../../../dashboards/render/classic.ts'
import { renderV2 } from '../../../dashboards/render/v2.ts'

/** Grafana's own schemas, where a folder `shared/` with them lies beside the checkout. */
const folder = join(import.meta.dirname, '../../../../shared/schemas/grafana')
const isHere = existsSync(folder)

function faultsOf(schemaFile: string, value: unknown): readonly string[] {
  const schema = JSON.parse(readFileSync(join(folder, schemaFile), 'utf8')) as object
  const ajv = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': true } })
  ajv.validate(schema, JSON.parse(JSON.stringify(value)))
  return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
}

describe(`Grafana’s schemas of dashboards${isHere ? '' : ' (absent here: nothing is held to them)'}`, () => {
  if (!isHere) return

  for (const dashboard of catalogue) {
    it(`accept ${dashboard.uid} in the classic format`, () => {
      expect(faultsOf('dashboard.jsonschema.json', renderClassic(dashboard))).to.deep.equal([])
    })

    it(`accept ${dashboard.uid} as a resource of v2`, () => {
      expect(faultsOf('dashboardv2.jsonschema.json', renderV2(dashboard).spec)).to.deep.equal([])
    })
  }

  it('refuse a dashboard with a field they do not know', () => {
    const [dashboard] = catalogue
    if (dashboard === undefined) throw new Error('no dashboards')
    const planted = { ...renderClassic(dashboard), planted: true }
    expect(faultsOf('dashboard.jsonschema.json', planted)).to.have.length(1)
  })
})
