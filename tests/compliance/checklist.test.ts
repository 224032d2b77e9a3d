import { existsSync } from 'node:fs'
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
  it('has one control for every item, and one item for every control, each with a page', () => {
    expect(joinControls(checklist, controls).map(({ item }) => item.id)).to.deep.equal(
      controls.map(({ id }) => id),
    )
    expect(controls).to.have.length(272)
    expect(controls.filter(({ page }) => page === undefined).map(({ id }) => id)).to.deep.equal([])
  })

  it('is refused when an item has no control or a control no item, or an id stands twice', () => {
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

  it('maps every item to frameworks and to the sources it is decided from', () => {
    for (const { id, map, check } of checklist.items) {
      expect(Object.values(map).flat(), id).not.to.have.lengthOf(0)
      expect(Object.keys(check), id).not.to.have.lengthOf(0)
    }
  })
})
