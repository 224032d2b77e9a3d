import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { isKind, readDashboard } from '../../../console/charts/dashboard.ts'
import { toneOf } from '../../../console/charts/field.ts'
import { fieldsIn, listIn, textIn, valueAt } from '../../../console/charts/json.ts'
import { interpolate } from '../../../console/charts/interpolate.ts'
import { isKnownUnit } from '../../../console/charts/units.ts'
import { labelQueryOf, listedOptions } from '../../../console/charts/variables.ts'

const folder = join(import.meta.dirname, '../../../compose/generated/dashboards/v1')
const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))

/** Every value that stands under a name, at any depth. */
function valuesUnder(json: unknown, name: string): readonly unknown[] {
  if (Array.isArray(json)) return json.flatMap((value) => valuesUnder(value, name))
  return Object.entries(fieldsIn(json)).flatMap(([key, value]) => [
    ...(key === name ? [value] : []),
    ...valuesUnder(value, name),
  ])
}

/** Settings of panels that change what is drawn and that the console does not draw. */
const undrawn: Readonly<Record<string, (value: unknown) => boolean>> = {
  repeat: (value) => typeof value === 'string',
  overrides: (value) => listIn(value).length > 0,
  axisPlacement: (value) => value === 'right',
  scaleDistribution: (value) => valueAt(value, 'type') !== 'linear',
  drawStyle: (value) => value !== 'line',
}

describe('the generated dashboards in the console', () => {
  it('are there', () => {
    expect(files).to.have.length.at.least(6)
  })

  for (const file of files) {
    describe(file, () => {
      const json = read(file)
      const dashboard = readDashboard(json)
      const panels = dashboard.groups.flatMap((group) => group.panels)

      it('has only panels of kinds that are drawn, each with its title, description and place', () => {
        const all = listIn(valueAt(json, 'panels')).filter((panel) => valueAt(panel, 'type') !== 'row')
        expect(panels).to.have.length.at.least(all.length)
        for (const { type, title, description, place } of panels) {
          expect(isKind(type), `${title}: ${type}`).to.equal(true)
          expect(title).not.to.equal('')
          expect(description, title).not.to.equal('')
          expect(place.x + place.w, title).to.be.at.most(24)
        }
      })

      it('has only units and colours that the console has words and shades for', () => {
        for (const { field, title, type } of panels) {
          if (type !== 'logs') expect(isKnownUnit(field.unit), `${title}: ${field.unit}`).to.equal(true)
        }
        for (const color of valuesUnder(valueAt(json, 'panels'), 'color')) {
          if (typeof color === 'string' && !color.startsWith('rgba'))
            expect(toneOf(color), color).not.to.equal(undefined)
        }
        for (const { color } of dashboard.annotations) expect(toneOf(color), color).not.to.equal(undefined)
      })

      it('has no setting that would be drawn otherwise in Grafana', () => {
        for (const [name, isUndrawn] of Object.entries(undrawn)) {
          const found = valuesUnder(valueAt(json, 'panels'), name).filter(isUndrawn)
          expect(found, name).to.deep.equal([])
        }
        for (const { transformations, title, type } of panels) {
          if (transformations.length > 0) expect(type, title).to.equal('table')
          for (const transformation of transformations) {
            expect(textIn(valueAt(transformation, 'id')), title).to.equal('organize')
          }
        }
      })

      it('has variables whose choices the console can ask for', () => {
        for (const variable of dashboard.variables) {
          const isKnown = listedOptions(variable) !== undefined || labelQueryOf(variable.query) !== undefined
          expect(isKnown, variable.name).to.equal(true)
        }
      })

      it('has queries in which every variable is known', () => {
        const value = { values: ['x'], isAll: false, isPattern: true }
        const scope = new Map(dashboard.variables.map(({ name }) => [name, value]))
        const clockwork = { stepSeconds: 10, rateSeconds: 40, start: 0, end: 3_600 }
        const expressions = [
          ...panels.flatMap(({ targets }) => targets.map(({ expression }) => expression)),
          ...dashboard.annotations.map(({ expression }) => expression),
        ]
        for (const expression of expressions) {
          expect(interpolate(expression, scope, clockwork)).not.to.match(/\$(?:[a-z_]|\{)/i)
        }
      })
    })
  }
})
