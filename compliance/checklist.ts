/**
 * The checklist: titles, severities and mappings of the items. A control without an item and an item without a control
 * are both refused.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { itemSeverities, type FrameworkId } from '../contracts/posture.ts'
import { jsonFile } from '../lib/config.ts'
import type { Control } from './controls/control.ts'
import { ComplianceError } from './errors.ts'

const sections = Type.Optional(Type.Array(Type.Union([Type.String(), Type.Number()])))
const FrameworkMap = Type.Object(
  {
    soc2: sections,
    ferpa: sections,
    gdpr: sections,
    n53: sections,
    n171: sections,
    cis: sections,
    glba: sections,
  } satisfies Record<FrameworkId, typeof sections>,
  { additionalProperties: false },
)

const ChecklistItem = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Z]{3}-\\d{2}$' }),
    title: Type.String({ minLength: 1 }),
    sev: Type.Unsafe<(typeof itemSeverities)[number]>({ type: 'string', enum: itemSeverities }),
    src: Type.Array(Type.String()),
    auto: Type.Unsafe<'full' | 'partial' | 'manual'>({ type: 'string', enum: ['full', 'partial', 'manual'] }),
    check: Type.Record(Type.String(), Type.String()),
    map: FrameworkMap,
    peers: Type.Array(Type.String()),
  },
  { additionalProperties: false },
)
export type ChecklistItem = Static<typeof ChecklistItem>

const Checklist = Type.Object(
  {
    version: Type.String(),
    groups: Type.Record(Type.String(), Type.String()),
    items: Type.Array(ChecklistItem),
  },
  { additionalProperties: false },
)
export type Checklist = Static<typeof Checklist>

/** Where people write the checklist of this house. */
export const checklistPath = join(import.meta.dirname, 'checklist.yaml')
/** The same as `npm run generate` writes it down: to parse what people write would take a third of a start. */
const generatedPath = join(import.meta.dirname, 'checklist.json')

/**
 * Parses the checklist as people write it, for `npm run generate`.
 *
 * @throws ConfigError with every fault and its line
 */
export function parseChecklist(): Checklist {
  return jsonFile('checklist', Checklist).read(checklistPath)
}

/** Reads the checklist of this house. */
export function readChecklist(): Checklist {
  // Generated from what the schema has passed; the build fails where it is stale.
  own ??= JSON.parse(readFileSync(generatedPath, 'utf8')) as Checklist
  return own
}

/** A part of this program, like its code: read once. */
let own: Checklist | undefined

/** Longest life of a statement in days, where the item does not say another one: `expires 92 days`. */
const statementDays = 365

/** Lists the items that people answer for, wholly or in part, with the longest life of a statement in days. */
export function attestableItems({ items }: Checklist): ReadonlyMap<string, number> {
  return new Map(
    items
      .filter(({ auto }) => auto !== 'full')
      .map(({ id, check }) => [id, Math.min(statementDays, ...lifeOf(check))]),
  )
}

function lifeOf(check: ChecklistItem['check']): readonly number[] {
  const lives = Object.entries(check).map(([kind, text]) =>
    (kind === 'man' ? /(\d+) days/ : /expires (?:after )?(\d+) days/).exec(text),
  )
  return lives.flatMap((life) => (life === null ? [] : [Number(life[1])]))
}

/** An item of the checklist with the control that decides it. */
export interface MeasuredItem {
  readonly item: ChecklistItem
  /** Name of the group, e.g. `Network exposure and segmentation`. */
  readonly group: string
  readonly control: Control
}

/**
 * Joins items and controls by id, in the order of the checklist.
 *
 * @throws ComplianceError CHECKLIST_MISMATCH when one side lacks what the other has, or one id stands twice
 */
export function joinControls({ items, groups }: Checklist, controls: readonly Control[]): MeasuredItem[] {
  const byId = new Map(controls.map((control) => [control.id, control]))
  const ids = new Set(items.map(({ id }) => id))
  const strays = [...byId.keys()].filter((id) => !ids.has(id))
  const bare = [...ids].filter((id) => !byId.has(id))
  if (strays.length > 0 || bare.length > 0 || ids.size !== items.length || byId.size !== controls.length) {
    throw new ComplianceError(
      'CHECKLIST_MISMATCH',
      `expected one control for every item, found controls without item [${strays.join(', ')}] and items without control [${bare.join(', ')}]`,
    )
  }
  return items.flatMap((item) => {
    const control = byId.get(item.id)
    return control === undefined ? [] : [{ item, group: groups[item.id.slice(0, 3)] ?? item.id, control }]
  })
}
