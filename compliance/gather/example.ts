/**
 * The examples of a control's page as evidence: files through the readers that a scan gives them to by their path,
 * living things as a gatherer would tell them. Nothing is read from anywhere.
 */
import type { Example } from '../controls/control.ts'
import type { Evidence, Resource } from '../evidence.ts'
import { classify } from './classify.ts'
import { gatherCompose } from './compose/compose.ts'
import type { FileBytes } from './module/source.ts'
import { gatherPlan } from './plan/plan.ts'
import { readersOf } from './readers.ts'
import { gatherStacks, type Gathered } from './terraform.ts'
import { flatten, valueOfJson } from './value.ts'

/**
 * Gathers the examples of one side of a page.
 *
 * @param id of the control; a statement of people is found by it
 */
export function gatherExamples(id: string, examples: readonly Example[]): Evidence {
  const encoder = new TextEncoder()
  const files = examples.flatMap((example) =>
    'file' in example
      ? [{ file: example.file, text: example.text, bytes: encoder.encode(example.text) }]
      : [],
  )
  const alive = examples.flatMap((example, at) => ('file' in example ? [] : [livingOf(id, example, at)]))
  const gathered = [...gatherFiles(files), { resources: alive, faults: [] }]
  return {
    resources: gathered.flatMap(({ resources }) => resources),
    faults: gathered.flatMap(({ faults }) => faults),
    sources: files.map(({ file }) => file),
    files: new Map(files.map(({ file, bytes }) => [file, bytes])),
  }
}

type TextFile = FileBytes & { readonly text: string }

function gatherFiles(files: readonly TextFile[]): Gathered[] {
  const ofClass = (...classes: readonly string[]) =>
    files.filter(({ file }) => classes.includes(classify(file) ?? ''))
  const terraform = ofClass('terraform', 'variables')
  const texts = new Map(files.map(({ file, text }) => [file, text]))
  const set = { paths: [...texts.keys()], textOf: (path: string) => texts.get(path) }
  return [
    ...(terraform.length === 0 ? [] : [gatherStacks({ files: terraform })]),
    ...ofClass('terraform-plan').map((file) => gatherPlan(file)),
    ...ofClass('compose').map((file) => gatherCompose(file)),
    ...files.flatMap((file) =>
      readersOf(file.file)
        .filter(({ recognises }) => recognises?.(file.text) ?? true)
        .map(({ read }) => read(file, set)),
    ),
  ]
}

/** Something that lives is named by its attribute `name`, a statement of people by its item. */
function livingOf(id: string, example: Exclude<Example, { readonly file: string }>, at: number): Resource {
  const { kind, type, attributes } = example
  const said = attributes['name']
  const name = kind === 'attestation' ? id : typeof said === 'string' ? said : `example-${at + 1}`
  const position = { file: `${kind}:example`, startLine: 1, endLine: 1 }
  const values = flatten(valueOfJson(attributes), position)
  return { kind, type, name, address: `${type}.${name}`, position, attributes: values }
}
