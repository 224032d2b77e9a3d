/** What `npm run generate` writes of controls and checklist: no other room may look at them. */
import { joinControls, parseChecklist, type MeasuredItem } from './checklist.ts'
import { controls } from './controls/all.ts'
import type { Verdict } from './controls/control.ts'
import { gatherExamples } from './gather/example.ts'
import { renderControlIndex, renderControlPage } from './report/control-page.ts'

/** Renders every page, and the checklist for programs, by their paths. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const checklist = parseChecklist()
  const measured = joinControls(checklist, controls)
  return new Map([
    ['compliance/checklist.json', `${JSON.stringify(checklist, null, 1)}\n`],
    ['docs/controls/README.md', renderControlIndex(measured)],
    ...measured.map((each): [string, string] => [
      `docs/controls/${each.item.id}.md`,
      renderControlPage(each, failureOf(each)),
    ]),
  ])
}

/** What the control says of the example that fails: what it expects and how to mend it stand nowhere else. */
function failureOf({ control }: MeasuredItem): Verdict | undefined {
  const { id, page } = control
  if (page === undefined) return undefined
  const evidence = gatherExamples(id, page.bad)
  const verdicts = evidence.resources
    .filter((resource) => control.applies(resource))
    .flatMap((resource) => [control.check(resource, evidence)].flat())
  const missing = control.missing?.(evidence)?.verdict
  return [...verdicts, ...(missing === undefined ? [] : [missing])].find(({ status }) => status === 'fail')
}
