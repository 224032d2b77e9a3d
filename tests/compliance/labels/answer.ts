/** Runs controls over the folders of labelled resources and finds what they say of each. */
import { join } from 'node:path'
import type { Control, Verdict, VerdictStatus } from '../../../compliance/controls/control.ts'
import { refersTo, referenceRoot } from '../../../compliance/controls/read/terraform.ts'
import { worstOf } from '../../../compliance/controls/verdict.ts'
import { attributeOf, type Evidence, type Resource } from '../../../compliance/evidence.ts'
import { gather } from '../../../compliance/gather/gather.ts'
import { partsOf, type Label, type Relation } from './labels.ts'
import { noControl, type Answer } from './tally.ts'

export interface Judges {
  readonly controls: readonly Control[]
  readonly relations: readonly Relation[]
}

/** Answers every label, folder by folder. */
export async function answerAll(
  folder: string,
  labels: readonly Label[],
  { controls, relations }: Judges,
): Promise<Answer[]> {
  const evidences = new Map<string, Evidence>()
  const answers: Answer[] = []
  for (const label of labels) {
    const key = label.dirs.join('\n')
    const evidence = evidences.get(key) ?? (await gather(label.dirs.map((dir) => join(folder, dir))))
    evidences.set(key, evidence)
    answers.push(answer(label, evidence, { controls, relations }))
  }
  return answers
}

/** Says what the controls of a label find in its resource; what no control decides is unknown. */
export function answer(label: Label, evidence: Evidence, { controls, relations }: Judges): Answer {
  const own = controls.filter(({ id }) => label.items.includes(id))
  if (own.length === 0) return { label, status: 'unknown', found: noControl }
  const parts = partsOf(label, relations)
  const targets = evidence.resources.filter((resource) => isNamed(resource, label.resource))
  if (targets.length === 0) return { label, status: 'unknown', found: 'the resource was not found' }
  const verdicts = own.flatMap((control) => verdictsOn(control, targets, evidence))
  // A verdict without a part is about all of them.
  const asked = verdicts.filter(({ part }) => part === undefined || (parts?.includes(part) ?? true))
  return { label, ...worst(asked), whole: worst(verdicts).status }
}

/** A control may look at what belongs to the resource and not at itself: the listener of a load balancer. */
function verdictsOn(control: Control, targets: readonly Resource[], evidence: Evidence): Verdict[] {
  const judged = targets.filter(control.applies)
  const around = judged.length > 0 ? judged : neighbours(targets, evidence).filter(control.applies)
  return around.flatMap((resource) => [control.check(resource, evidence)].flat()).concat(missing())

  function missing(): Verdict[] {
    if (around.length > 0 || evidence.resources.some(control.applies)) return []
    const asked = control.missing?.(evidence)
    return asked === undefined ? [] : [asked.verdict]
  }
}

function neighbours(targets: readonly Resource[], { resources }: Evidence): Resource[] {
  const isTiedTo = (from: Resource, to: Resource) =>
    [...from.attributes.keys()].some((path) => refersTo(attributeOf(from, path), to) === 'yes')
  const isTied = (each: Resource, target: Resource) =>
    isTiedTo(each, target) || isTiedTo(target, each) || isOfSameBucket(each, target)
  return resources.filter((each) => targets.some((target) => each !== target && isTied(each, target)))
}

/** The settings of a bucket belong together, also where the bucket is made elsewhere. */
function isOfSameBucket(left: Resource, right: Resource): boolean {
  const [own, other] = [left, right].map((each) => referenceRoot(attributeOf(each, 'bucket')?.expression))
  return own !== undefined && own === other
}

function worst(verdicts: readonly Verdict[]): { status: VerdictStatus; found: string } {
  const none: Verdict = { status: 'not-applicable', expected: '', found: 'no control looks at it' }
  const { status, found = '' } = worstOf(verdicts, none)
  return { status, found }
}

/** `aws_lb.main` with all its instances, `data.` left out; `pass/Dockerfile.RUN` is every stage of the file. */
function isNamed({ kind, address, position }: Resource, name: string): boolean {
  if (kind !== 'dockerfile') {
    return [address, address.replace(/^data\./, '')].some((own) => own === name || own.startsWith(`${name}[`))
  }
  const file = name.slice(0, name.lastIndexOf('.'))
  return `/${position.file}`.endsWith(file.startsWith('/') ? file : `/${file}`)
}
