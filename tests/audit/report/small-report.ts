/** A log in memory with entries about two students, and the report of one of them. */
import { generateKeyPairSync, sign } from 'node:crypto'
import type { Facts, Personal } from '../../../audit/format/entry.ts'
import { signCheckpoint } from '../../../audit/log/checkpoint.ts'
import { leafHash } from '../../../audit/log/hash.ts'
import { commitFacts, commitLeaf, commitPersonal } from '../../../audit/log/leaf.ts'
import { encodeVerifierKey, parseVerifierKey } from '../../../audit/log/note.ts'
import {
  buildStudentReport,
  statementOf,
  type Period,
  type SubjectEntry,
} from '../../../audit/report/student-report.ts'
import { canonicalJson } from '../../../contracts/canonical-json.ts'
import type { Leaf } from '../../../contracts/leaf.ts'
import { naivePath, naiveRoot } from './naive-tree.ts'

const origin = 'ledger.example/logs/drill'
const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const signer = { name: origin, publicKey, sign: (bytes: Uint8Array) => sign(null, bytes, privateKey) }

const vkey = encodeVerifierKey(origin, publicKey)
export const verifierKey = parseVerifierKey(vkey)
export const startOfTime = Date.parse('2026-09-01T08:00:00.000Z')

interface Entry {
  readonly leaf: Leaf
  readonly opened: NonNullable<SubjectEntry['opened']>
}

/** Makes a log with `pairs` entries about each of two students in turn; every third tells of a disclosure. */
export function smallReport({ pairs = 6, period }: { pairs?: number; period?: Period } = {}) {
  const entries: Entry[] = []
  for (let at = 0; at < pairs * 2; at += 1) {
    const facts: Facts =
      at % 3 === 0
        ? { class: 'disclosure', action: 'transcript.read', outcome: 'success', basis: '99.31(a)(2)' }
        : { class: 'access', action: 'transcript.read', outcome: 'success', basis: '99.31(a)(1)(i)(A)' }
    entries.push(entryOf(at, facts, { actor: 'faculty-1', subject: `student-${at % 2}`, party: 'Advisor' }))
  }
  const about = (to: number) =>
    entries.slice(0, to).filter(({ opened }) => opened.personal.subject === 'student-0')
  // The ledger has answered the same question before; that is an entry of its own.
  const earlier = statementOf(about(entries.length).map(({ leaf }) => ({ leafHash: hashOf(leaf) })))
  const evidence = { format: 'report', from: 0, to: entries.length, ...earlier }
  entries.push(
    entryOf(
      entries.length,
      { class: 'access', action: 'accesses.read', outcome: 'success', evidence },
      {
        subject: 'student-0',
      },
    ),
  )
  const leaves = entries.map(({ leaf }) => Buffer.from(canonicalJson(leaf)))
  const size = entries.length
  const note = signCheckpoint({ origin, size, root: naiveRoot(leaves) }, signer)
  return buildStudentReport({
    tenant: 'drill',
    subject: 'student-0',
    vkey,
    checkpoint: { size, note },
    entries: entries.flatMap(({ leaf, opened }, index) =>
      opened.personal.subject === 'student-0'
        ? [{ index, leaf, leafHash: hashOf(leaf), path: naivePath(leaves, index), opened }]
        : [],
    ),
    ...(period === undefined ? {} : { period }),
    generatedAt: new Date(startOfTime + 60_000),
    statementId: '9f0e0d0c-0b0a-4908-8706-050403020100',
  })
}

function entryOf(at: number, facts: Facts, personal: Personal): Entry {
  const factsSalt = Buffer.alloc(32, at)
  const personalSalt = Buffer.alloc(32, 255 - at)
  const leaf: Leaf = {
    commitment: commitLeaf(commitFacts(facts, factsSalt), commitPersonal(personal, personalSalt)),
    eventTime: startOfTime + at * 1_000 - 20,
    id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    producer: 'academics',
    time: startOfTime + at * 1_000,
    version: 2,
  }
  return { leaf, opened: { facts, factsSalt, personal, personalSalt } }
}

function hashOf(leaf: Leaf): Buffer {
  return leafHash(Buffer.from(canonicalJson(leaf)))
}
