import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { joinControls, readChecklist } from '../../compliance/checklist.ts'
import { controls } from '../../compliance/controls/all.ts'
import { ComplianceError } from '../../compliance/errors.ts'

const checklist = readChecklist()

function codeOf(join: () => unknown): string | undefined {
  try {
    join()
    return undefined
  } catch (error) {
    if (!(error instanceof ComplianceError)) throw error
    return error.code
  }
}

describe('the checklist', () => {
  it('has one control for every item, and one item for every control', () => {
    expect(joinControls(checklist, controls).map(({ item }) => item.id)).to.deep.equal(
      controls.map(({ id }) => id),
    )
    expect(controls.length).to.be.at.least(30)
  })

  it('is refused when an item has no control or a control no item', () => {
    expect(codeOf(() => joinControls(checklist, controls.slice(1)))).to.equal('CHECKLIST_MISMATCH')
    const shorter = { ...checklist, items: checklist.items.slice(1) }
    expect(codeOf(() => joinControls(shorter, controls))).to.equal('CHECKLIST_MISMATCH')
    const doubled = [...controls, ...controls.slice(0, 1)]
    expect(codeOf(() => joinControls(checklist, doubled))).to.equal('CHECKLIST_MISMATCH')
  })

  it('keeps every control in the file of its id', () => {
    const folder = join(import.meta.dirname, '../../compliance/controls')
    const strays = controls.filter(
      ({ id }) => !existsSync(join(folder, id.slice(0, 3).toLowerCase(), `${id}.ts`)),
    )
    expect(strays).to.deep.equal([])
  })

  it('has a row for every item in the documentation, and no other row', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/compliance.md'), 'utf8')
    const rows = [...page.matchAll(/^\| ([A-Z]{3}-\d\d) +\| (\w+) +\| (.*?) +\|/gm)]
    expect(
      rows.map(([, id, severity, title]) => [id, severity, title?.replace(/\\([*_])/g, '$1')]),
    ).to.deep.equal(checklist.items.map(({ id, sev, title }) => [id, sev, title]))
  })

  it('maps every item to frameworks and to the sources it is decided from', () => {
    for (const { id, map, check } of checklist.items) {
      expect(Object.values(map).flat(), id).not.to.have.lengthOf(0)
      expect(Object.keys(check), id).not.to.have.lengthOf(0)
    }
  })
})
