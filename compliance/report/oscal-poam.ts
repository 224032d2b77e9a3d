/** What is open as a plan of action and milestones of OSCAL 1.2.1; a waiver is a deviation with a deadline. */
import type { Posture } from '../../contracts/posture.ts'
import { identifierOf } from './identifier.ts'
import {
  documentHead,
  inventoryOf,
  line,
  observationId,
  observationOf,
  props,
  riskId,
  riskOf,
} from './oscal-parts.ts'
import { resultsOf, sentenceOf, type Result } from './results.ts'

/** Writes the document. */
export function writeOscalPoam(posture: Posture): string {
  const head = documentHead(posture, 'poam', 'Plan of action and milestones of a hardening scan')
  const open = resultsOf(posture).filter(
    ({ state }) => state === 'fail' || state === 'unknown' || state === 'waived',
  )
  const inventory = inventoryOf(open)
  const document = {
    ...head,
    'system-id': { 'identifier-type': 'urn:campanile:ruleset', id: posture.ruleset },
    ...(inventory.length === 0 ? {} : { 'local-definitions': { 'inventory-items': inventory } }),
    ...(open.length === 0
      ? {}
      : {
          observations: open.map((each) => observationOf(each, posture.scannedAt)),
          risks: open.map(riskOf),
        }),
    // The model wants one item at least.
    'poam-items': open.length === 0 ? [nothing] : open.map(itemOf),
  }
  return `${JSON.stringify({ 'plan-of-action-and-milestones': document })}\n`
}

const nothing = {
  uuid: identifierOf('poam', 'nothing'),
  title: 'Nothing is open',
  description: 'The scan found nothing that fails, cannot be decided or is waived.',
}

function itemOf(result: Result): object {
  const { id, item, state, waiver, finding } = result
  return {
    uuid: identifierOf('poam', id),
    title: line(`${item.id} ${item.title}`),
    description: sentenceOf(result),
    props: props({
      'finding-id': id,
      severity: item.severity,
      state,
      fix: finding?.fix,
      'waived-until': waiver?.expires,
    }),
    'related-observations': [{ 'observation-uuid': observationId(result) }],
    'related-risks': [{ 'risk-uuid': riskId(result) }],
  }
}
