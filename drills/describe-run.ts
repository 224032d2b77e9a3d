/** Makes evidence of what a drill came to. */
import type { Drill } from './catalogue.ts'
import type { Evidence } from './evidence/evidence.ts'
import { leaksOf, namesAlert, stringsOf } from './expect/incident.ts'
import type { StepName } from './expect/steps.ts'
import type { Outcome } from './run-drill.ts'

export type Circumstances = Pick<Evidence, 'timeScale' | 'machine'>

/** Builds the evidence. */
export function evidenceOf(drill: Drill, outcome: Outcome, circumstances: Circumstances): Evidence {
  const { startedAt, steps, failure, incident } = outcome
  const page = sumOf(outcome, ['fires', 'arrives'])
  const resolve = sumOf(outcome, ['clears', 'resolves'])
  return {
    version: 1,
    drill: drill.name,
    breaks: drill.breaks,
    expects: [...drill.expects],
    startedAt,
    outcome: failure === undefined ? 'passed' : 'failed',
    ...(failure === undefined ? {} : { failure }),
    steps: [...steps],
    ...(page === undefined ? {} : { pageSeconds: page }),
    ...(resolve === undefined ? {} : { resolveSeconds: resolve }),
    ...(incident === undefined ? {} : { incident: described(drill, incident, outcome.links) }),
    ...circumstances,
  }
}

function described(
  { expects }: Drill,
  incident: NonNullable<Outcome['incident']>,
  statuses: Outcome['links'],
): NonNullable<Evidence['incident']> {
  const { id, summary, severity, details, links } = incident
  return {
    id,
    alerts: expects.filter((name) => namesAlert(incident, name)),
    summary,
    severity,
    tenant: details['tenant'] ?? '',
    service: details['service'] ?? '',
    links: links.map(({ text, href }) => ({ text, href, status: statuses.get(href) ?? 0 })),
    strings: stringsOf(incident).length,
    personalData: leaksOf(incident),
  }
}

/** Adds up the seconds of steps; undefined when the drill did not come that far. */
function sumOf({ steps }: Outcome, names: readonly StepName[]): number | undefined {
  const found = steps.filter(({ name }) => names.includes(name))
  if (found.length < names.length) return undefined
  return Math.round(found.reduce((sum, { seconds }) => sum + seconds, 0) * 1_000) / 1_000
}
