/** Puts a student's report together from the entries about the student. */
import { createHash } from 'node:crypto'
import type { Facts, Personal } from '../format/entry.ts'
import type { Leaf } from '../../contracts/leaf.ts'
import {
  reportDoesNotShow,
  reportShows,
  statementDomain,
  studentReportFormat,
  type ReportLine,
  type StudentReport,
  type UnshownEntry,
} from '../../contracts/student-report.ts'

/** Classes of entries a student's report is made of. */
export const reportedClasses: readonly string[] = ['disclosure', 'access'] satisfies Facts['class'][]

/** One entry about the student, as the store has it. */
export interface SubjectEntry {
  readonly index: number
  readonly leaf: Leaf
  readonly leafHash: Uint8Array
  /** Audit path to the checkpoint's root. */
  readonly path: readonly Uint8Array[]
  /** Absent once retention has deleted them. */
  readonly opened?: {
    readonly facts: Facts
    readonly factsSalt: Uint8Array
    readonly personal: Personal
    readonly personalSalt: Uint8Array
  }
}

export interface Period {
  /** Milliseconds since the epoch. */
  readonly from: number
  /** Exclusive. */
  readonly to: number
}

export interface ReportParts {
  readonly tenant: string
  readonly subject: string
  readonly vkey: string
  readonly checkpoint: { readonly size: number; readonly note: string }
  /** Every entry about the student below the checkpoint's size, ascending. */
  readonly entries: readonly SubjectEntry[]
  readonly period?: Period
  readonly generatedAt: Date
  /** Id of the event that states the same in the log. */
  readonly statementId: string
}

/** Computes what the ledger binds itself to: how many entries about the student there are, and which. */
export function statementOf(entries: readonly Pick<SubjectEntry, 'leafHash'>[]) {
  const digest = createHash('sha256').update(statementDomain)
  for (const { leafHash } of entries) digest.update(leafHash)
  return { count: entries.length, sha256: digest.digest('hex') }
}

/** Builds the report; a period narrows the lines, never the statement. */
export function buildStudentReport(parts: ReportParts): StudentReport {
  const { tenant, subject, vkey, checkpoint, entries, period, generatedAt, statementId } = parts
  const lines: ReportLine[] = []
  const unshown: UnshownEntry[] = []
  for (const entry of entries) {
    const line = isWithin(entry.leaf.time, period) ? lineOf(entry) : undefined
    if (line === undefined) unshown.push(placeOf(entry))
    else lines.push(line)
  }
  return {
    format: studentReportFormat,
    tenant,
    subject,
    generatedAt: generatedAt.toISOString(),
    ...(period === undefined
      ? {}
      : { period: { from: new Date(period.from).toISOString(), to: new Date(period.to).toISOString() } }),
    vkey,
    checkpoint: checkpoint.note,
    synthetic: lines.some(({ leaf, facts }) => leaf.synthetic === true || facts.synthetic === true),
    lines,
    unshown,
    statement: { id: statementId, size: checkpoint.size, ...statementOf(entries) },
    shows: [...reportShows],
    doesNotShow: [...reportDoesNotShow],
  }
}

function isWithin(time: number, period: Period | undefined): boolean {
  return period === undefined || (time >= period.from && time < period.to)
}

function lineOf(entry: SubjectEntry): ReportLine | undefined {
  const { leaf, opened } = entry
  if (opened === undefined) return undefined
  return {
    ...placeOf(entry),
    section: opened.facts.class === 'disclosure' ? 'accounting' : 'access',
    leaf,
    facts: opened.facts,
    factsSalt: Buffer.from(opened.factsSalt).toString('base64url'),
    personal: opened.personal,
    personalSalt: Buffer.from(opened.personalSalt).toString('base64url'),
  }
}

function placeOf({ index, leafHash, path }: SubjectEntry): UnshownEntry {
  return {
    index,
    leafHash: Buffer.from(leafHash).toString('base64'),
    path: path.map((hash) => Buffer.from(hash).toString('base64')),
  }
}
