/** Keeps of a trigger what the inbox shows, bounded: half a megabyte of one event must not stay in memory. */
import type { PagerTrigger } from '../../contracts/pager-event.ts'
import type { TriggerFacts } from './incident.ts'

/** Details that are kept, and characters of one value; Alertmanager writes a few of at most some thousand. */
const keptDetails = 50
const keptNameLength = 200
const keptValueLength = 4_000
const keptLinks = 16

/** Reads the facts of a trigger that has passed its schema. */
export function factsOf({ payload, links = [], client }: PagerTrigger): TriggerFacts {
  const { severity, summary, source, component, group, class: kind, custom_details: details = {} } = payload
  return {
    severity,
    summary,
    source,
    ...(component === undefined ? {} : { component }),
    ...(group === undefined ? {} : { group }),
    ...(kind === undefined ? {} : { class: kind }),
    ...(client === undefined ? {} : { client }),
    links: links.slice(0, keptLinks).map(({ href, text }) => ({ href, text: text ?? href })),
    details: Object.fromEntries(
      Object.entries(details)
        .slice(0, keptDetails)
        .map(([name, value]) => [cut(name, keptNameLength), cut(textOf(value), keptValueLength)]),
    ),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}… (${text.length} characters)`
}
