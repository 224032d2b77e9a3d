/** Parts that our OSCAL 1.2.1 documents share. */
import type { Posture } from '../../contracts/posture.ts'
import { identifierOf } from './identifier.ts'
import { placedName, sentenceOf, type Result } from './results.ts'

const namespace = 'urn:campanile:oscal'

/** Names a document and tells when it was made: the same posture gives the same document, byte for byte. */
export function documentHead(posture: Posture, kind: string, title: string) {
  return {
    uuid: identifierOf(kind, posture.scannedAt, posture.ruleset),
    metadata: {
      title,
      'last-modified': posture.scannedAt,
      version: posture.ruleset,
      'oscal-version': '1.2.1',
      remarks:
        'Made by a scan. It tells what was measured and that alone; whether a control is met is said by whoever assesses it.',
    },
  }
}

/** Properties of ours; an empty value has no place in OSCAL and is left out. */
export function props(values: Readonly<Record<string, string | undefined>>): object[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const text = value === undefined ? '' : line(value)
    return text === '' ? [] : [{ name, ns: namespace, value: text }]
  })
}

/** One line without white space around it, as OSCAL wants strings. */
export function line(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim()
}

/** The id of a control as NIST's catalogue writes it: `AC-2(3)` is `ac-2.3`. */
export function nistId(id: string): string {
  return id.toLowerCase().replace(/\((\d+)\)/g, '.$1')
}

/** What was seen of one result. */
export function observationOf(result: Result, collected: string): object {
  const { id, item, finding, state } = result
  return {
    uuid: observationId(result),
    title: line(`${item.id} ${item.title}`),
    description: sentenceOf(result),
    props: props({
      'finding-id': id,
      control: item.id,
      state,
      severity: item.severity,
      resource: finding?.resource,
      file: finding?.location?.file,
      line: finding?.location === undefined ? undefined : String(finding.location.startLine),
      'known-from': finding?.trace?.join(' < '),
    }),
    methods: [item.auto === 'manual' ? 'INTERVIEW' : 'EXAMINE'],
    types: ['finding'],
    ...(finding === undefined
      ? {}
      : { subjects: [{ 'subject-uuid': resourceId(placedName(finding)), type: 'inventory-item' }] }),
    collected,
  }
}

export function observationId({ id }: Result): string {
  return identifierOf('observation', id)
}

function resourceId(resource: string): string {
  return identifierOf('resource', resource)
}

/** The resources the observations speak of, each once. */
export function inventoryOf(results: readonly Result[]): object[] {
  const names = [
    ...new Set(results.flatMap(({ finding }) => (finding === undefined ? [] : [placedName(finding)]))),
  ]
  return names.map((name) => ({ uuid: resourceId(name), description: name }))
}

/** What an open or waived result puts at risk; a waiver is an approved deviation with its last day. */
export function riskOf(result: Result): object {
  const { id, item, finding, waiver, state } = result
  return {
    uuid: riskId(result),
    title: line(`${item.id} ${item.title}`),
    description: sentenceOf(result),
    statement:
      state === 'unknown' ? 'It cannot be decided, which counts as failed.' : `Severity ${item.severity}.`,
    props: props({
      'finding-id': id,
      severity: item.severity,
      owner: waiver?.owner,
      approver: waiver?.approver,
    }),
    status: state === 'waived' ? 'deviation-approved' : 'open',
    ...(waiver === undefined ? {} : { deadline: `${waiver.expires}T23:59:59Z` }),
    ...(waiver === undefined
      ? {}
      : { 'mitigating-factors': [{ uuid: identifierOf('factor', id), description: waiver.reason }] }),
    ...(finding?.fix === undefined
      ? {}
      : {
          remediations: [
            {
              uuid: identifierOf('remediation', id),
              lifecycle: 'recommendation',
              title: 'To mend',
              description: finding.fix,
            },
          ],
        }),
    'related-observations': [{ 'observation-uuid': observationId(result) }],
  }
}

export function riskId({ id }: Result): string {
  return identifierOf('risk', id)
}
