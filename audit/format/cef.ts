/**
 * One ledger entry as a line of the ArcSight Common Event Format, version 0. Header fields escape `\` and `|`,
 * extension values `\`, `=`, carriage return and line feed; other control characters become U+FFFD.
 */
import { canonicalJson } from '../../contracts/canonical-json.ts'
import { namedFacts, namedPersonal, otherThan, type LedgerEntry } from './entry.ts'
import { printable } from './printable.ts'

/** Writes an entry as one line without its line end. */
export function toCef(entry: LedgerEntry): string {
  const { leaf, facts } = entry
  const action = facts?.action ?? 'withheld'
  const name = facts === undefined ? 'facts no longer kept' : `${action} ${facts.outcome}`
  const header = [
    'CEF:0',
    'Campanile',
    'Ledger',
    String(leaf.version),
    action,
    name,
    String(severityOf(entry)),
  ]
  const extension = Object.entries(extensionOf(entry))
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${escapeValue(String(value))}`]))
    .join(' ')
  return `${header.map(escapeHeader).join('|')}|${extension}`
}

function extensionOf({ tenant, origin, index, leafHash, leaf, facts, personal }: LedgerEntry) {
  const otherFacts = facts === undefined ? undefined : jsonOf(otherThan(facts, namedFacts))
  const otherPersonal = personal === undefined ? undefined : jsonOf(otherThan(personal, namedPersonal))
  const isSynthetic = leaf.synthetic === true || facts?.synthetic === true
  return {
    rt: leaf.time,
    start: leaf.eventTime,
    externalId: leaf.id,
    cat: facts?.class,
    act: facts?.action,
    outcome: facts?.outcome,
    reason: facts?.reason,
    sourceServiceName: leaf.producer,
    spriv: facts?.actorRole,
    suid: personal?.actor,
    duid: personal?.subject,
    fileId: personal?.resourceId,
    fileType: facts?.resource,
    deviceExternalId: origin,
    deviceFacility: tenant,
    ...labelled('cn', 1, 'index', index),
    ...labelled('cn', 2, 'sequence', leaf.sequence),
    ...labelled('cs', 1, 'leafHash', Buffer.from(leafHash).toString('hex')),
    ...labelled('cs', 2, 'basis', facts?.basis),
    ...labelled('cs', 3, 'traceId', facts?.traceId),
    ...labelled('cs', 4, 'party', personal?.party),
    ...labelled('cs', 5, 'interest', personal?.interest),
    ...labelled('cs', 6, 'synthetic', isSynthetic ? 'true' : undefined),
    ...labelled('flexString', 1, 'otherFacts', otherFacts),
    ...labelled('flexString', 2, 'otherPersonal', otherPersonal),
  }
}

function labelled(family: string, position: number, label: string, value: string | number | undefined) {
  return value === undefined ? {} : { [`${family}${position}`]: value, [`${family}${position}Label`]: label }
}

function jsonOf(value: object): string | undefined {
  return Object.keys(value).length === 0 ? undefined : canonicalJson(value)
}

/** CEF severities: 0–3 low, 4–6 medium, 7–8 high. */
function severityOf({ facts }: LedgerEntry): number {
  if (facts === undefined || facts.outcome === 'success') return facts?.action === 'break_glass.read' ? 6 : 2
  return facts.class === 'security' ? 7 : 4
}

function escapeHeader(text: string): string {
  return printable(text)
    .replace(/[\r\n\t]/g, ' ')
    .replace(/[\\|]/g, (character) => `\\${character}`)
}

function escapeValue(text: string): string {
  return printable(text)
    .replace(/[\\=]/g, (character) => `\\${character}`)
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
}
