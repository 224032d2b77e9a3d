/** Which controls cost most: processor time of asking each about every resource of a stack that it looks at. */
import { controls } from '../../../compliance/controls/all.ts'
import { gatherStacks } from '../../../compliance/gather/terraform.ts'
import { Applicable } from '../../../compliance/score/applicable.ts'

type Files = Parameters<typeof gatherStacks>[0]['files']

interface ControlCost {
  readonly id: string
  /** Resources it looks at. */
  readonly resources: number
  readonly millis: number
}

/** Lists the dearest controls first; the second of two rounds counts, when the code is warm. */
export function dearestControls(files: Files, count: number): readonly ControlCost[] {
  costsOf(files)
  return costsOf(files)
    .toSorted((left, right) => right.millis - left.millis)
    .slice(0, count)
}

function costsOf(files: Files): ControlCost[] {
  const { resources, faults } = gatherStacks({ files })
  const evidence = { resources, faults, sources: [] }
  const looked = new Applicable(controls).lists(resources.map((resource) => ({ resource })))
  return controls.map((control, at) => {
    const found = looked[at] ?? []
    const from = process.cpuUsage()
    for (const { resource } of found) control.check(resource, evidence)
    control.missing?.(evidence)
    const { user, system } = process.cpuUsage(from)
    return { id: control.id, resources: found.length, millis: (user + system) / 1_000 }
  })
}
