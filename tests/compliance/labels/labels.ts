/** Labelled resources: what somebody else says of them, and where we follow the provider's documentation instead. */
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { jsonFile } from '../../../lib/config.ts'

const words = Type.String({ minLength: 1 })
const Labels = Type.Object({
  labels: Type.Array(
    Type.Object({
      /** The peer's check. */
      peer: words,
      /** Items of the checklist it corresponds to. */
      items: Type.Array(words, { minItems: 1 }),
      /** Folders beside the file of labels; each is a root of its own. */
      dirs: Type.Array(words, { minItems: 1 }),
      pass: Type.Array(words),
      fail: Type.Array(words),
    }),
  ),
})
/** `refused`: Terraform does not accept the configuration, so that no verdict is right. */
const verdict = Type.Union([Type.Literal('pass'), Type.Literal('fail'), Type.Literal('refused')])
const Adjudications = Type.Object(
  {
    version: Type.Literal(1),
    labels: Type.Array(
      Type.Object(
        {
          peer: words,
          resource: words,
          /** What is right. */
          is: verdict,
          /** What the provider's documentation says, in one sentence. */
          reason: Type.String({ minLength: 20 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type Adjudication = Static<typeof Adjudications>['labels'][number]
const about = { peer: words, reason: Type.String({ minLength: 20 }) }
const Relations = Type.Object(
  {
    version: Type.Literal(1),
    relations: Type.Array(
      Type.Union([
        Type.Object(
          { ...about, relation: Type.Literal('part'), parts: Type.Array(words, { minItems: 1 }) },
          { additionalProperties: false },
        ),
        Type.Object(
          { ...about, relation: Type.Union([Type.Literal('wider'), Type.Literal('other')]) },
          { additionalProperties: false },
        ),
      ]),
    ),
  },
  { additionalProperties: false },
)
/** How what a peer asks differs from what its item asks. */
export type Relation = Static<typeof Relations>['relations'][number]

/** One resource of one folder with the verdict that was written for it. */
export interface Label {
  readonly peer: string
  readonly items: readonly string[]
  readonly dirs: readonly string[]
  readonly resource: string
  readonly says: 'pass' | 'fail'
}

/** Most labels, by share, that may be set right. */
export const adjudicatedLimit = 0.06

/** Reads the labels of a folder. @throws ConfigError */
export function readLabels(folder: string): Label[] {
  return jsonFile('labels', Labels)
    .read(join(folder, 'labels.json'))
    .labels.flatMap(({ peer, items, dirs, pass, fail }) => [
      ...pass.map((resource): Label => ({ peer, items, dirs, resource, says: 'pass' })),
      ...fail.map((resource): Label => ({ peer, items, dirs, resource, says: 'fail' })),
    ])
}

/** Reads the labels that are set right. @throws ConfigError */
export function readAdjudications(path: string): Adjudication[] {
  return jsonFile('adjudications', Adjudications).read(path).labels
}

/** Reads how peers differ from their items. @throws ConfigError */
export function readRelations(path: string): Relation[] {
  return jsonFile('relations', Relations).read(path).relations
}

/** Why a label is not counted. */
export type Uncounted = 'item wider' | 'another matter' | 'refused'

/** Says why a label is not counted; undefined for one that is. By the label alone, never by what was found. */
export function uncounted(
  label: Label,
  adjudications: readonly Adjudication[],
  relations: readonly Relation[],
): Uncounted | undefined {
  const right = rightOf(label, adjudications)
  if (right === 'refused') return 'refused'
  const relation = relations.find(({ peer }) => peer === label.peer)?.relation
  if (relation === 'other') return 'another matter'
  return relation === 'wider' && right === 'pass' ? 'item wider' : undefined
}

/** Names the parts of a verdict that a peer asks about; undefined for all of them. */
export function partsOf({ peer }: Label, relations: readonly Relation[]): readonly string[] | undefined {
  const relation = relations.find((each) => each.peer === peer)
  return relation?.relation === 'part' ? relation.parts : undefined
}

/** What a label means after it was set right. */
export function rightOf({ peer, resource, says }: Label, adjudications: readonly Adjudication[]) {
  return adjudications.find((each) => each.peer === peer && each.resource === resource)?.is ?? says
}
