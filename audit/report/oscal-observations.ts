/**
 * What the entries of a range say about controls of NIST SP 800-53 Rev. 5, as counts: what happened, never whether
 * that is enough. Whoever assesses draws the sample and says so.
 */
import type { Facts, LedgerEntry } from '../format/entry.ts'
import { Effectiveness } from './effectiveness.ts'

type Action = Facts['action']

/** One subject of the record and the controls it is evidence for. */
export interface Topic {
  /** Names it in the document for good: its identifier is derived from it. */
  readonly name: string
  readonly title: string
  readonly description: string
  /** Identifiers of the catalogue, e.g. `au-9.3`. */
  readonly controls: readonly string[]
}

export interface Counted {
  readonly topic: Topic
  /** By name, each at least 0. */
  readonly counts: Readonly<Record<string, number>>
}

const topics = {
  record: {
    name: 'record',
    title: 'Events are recorded, and none of the range is missing',
    description:
      'Every index of the range was read once and in order. Each entry is a leaf of the log whose root is signed; the digest of the range is over their leaf hashes.',
    controls: ['au-2', 'au-3', 'au-9', 'au-9.3', 'au-10', 'au-12'],
  },
  access: {
    name: 'access',
    title: 'Education records are read by relationship, by typed reason, or not at all',
    description:
      'Reads that were granted by a relationship to the student, by a typed reason, or without either, reads that were refused, and what reviews of typed reasons found.',
    controls: ['ac-3', 'ac-6', 'au-6'],
  },
  disclosures: {
    name: 'disclosures',
    title: 'Disclosures of education records are accounted for',
    description:
      'Requests, refusals, disclosures and re-disclosures of the record that 34 CFR 99.32 asks for. Sealed disclosures are in no count.',
    controls: ['pm-21', 'ac-21'],
  },
  looks: {
    name: 'looks',
    title: 'The record is looked at, and each look is recorded',
    description: 'Exports, searches, samples, reviews and looks into registers and lists of accesses.',
    controls: ['au-6', 'au-7'],
  },
  retention: {
    name: 'retention',
    title: 'What is no longer kept was given up by rule',
    description:
      'Retentions and erasures that were recorded, and entries of the range whose facts can no longer be read.',
    controls: ['au-11', 'si-12'],
  },
  trouble: {
    name: 'trouble',
    title: 'What should not happen is recorded when it does',
    description:
      'Failed logins, refused and reused tokens, reaches for another tenant, and events that contradict earlier ones.',
    controls: ['si-4', 'ac-7'],
  },
  scans: {
    name: 'scans',
    title: 'The configuration is scanned',
    description: 'Scans of the infrastructure whose result was recorded.',
    controls: ['ca-7', 'cm-6'],
  },
} as const satisfies Record<string, Topic>

/** Counts that are nothing but an action's. */
const counted: readonly (readonly [Topic, Readonly<Record<string, Action>>])[] = [
  [
    topics.disclosures,
    {
      requests: 'record.requested',
      refusals: 'record.refused',
      disclosures: 'record.disclosed',
      redisclosures: 'record.redisclosed',
    },
  ],
  [
    topics.looks,
    {
      exports: 'ledger.exported',
      searches: 'ledger.searched',
      samples: 'ledger.sampled',
      reviews: 'ledger.reviewed',
      verifications: 'ledger.verified',
      registers: 'register.read',
      accesses: 'accesses.read',
    },
  ],
  [
    topics.trouble,
    {
      'failed-logins': 'auth.failed',
      'refused-tokens': 'auth.token_refused',
      'reused-tokens': 'auth.token_reused',
      'other-tenants': 'tenant.crossed',
      conflicts: 'event.conflicted',
    },
  ],
  [topics.scans, { scans: 'compliance.scanned' }],
]

export class OscalObservations {
  readonly #actions = new Map<Action, number>()
  readonly #effectiveness = new Effectiveness()
  #entries = 0
  #synthetic = 0

  /** Takes the next entry. */
  take({ leaf, facts }: Pick<LedgerEntry, 'leaf' | 'facts'>): void {
    this.#entries++
    if (leaf.synthetic === true || facts?.synthetic === true) this.#synthetic++
    this.#effectiveness.take(leaf, facts)
    if (facts !== undefined) this.#actions.set(facts.action, this.#of(facts.action) + 1)
  }

  /** Demo data among the entries: a document of it is no evidence. */
  get synthetic(): number {
    return this.#synthetic
  }

  /** Lists every topic with its counts, also those of which nothing happened. */
  list(): Counted[] {
    const { withoutFacts } = this.#effectiveness
    return [
      { topic: topics.record, counts: { entries: this.#entries, synthetic: this.#synthetic } },
      { topic: topics.access, counts: this.#access() },
      ...counted.map(([topic, actions]) => ({
        topic,
        counts: Object.fromEntries(
          Object.entries(actions).map(([name, action]) => [name, this.#of(action)] as const),
        ),
      })),
      {
        topic: topics.retention,
        counts: {
          retentions: this.#of('retention.applied'),
          erasures: this.#of('subject.erased'),
          'without-facts': withoutFacts,
        },
      },
    ]
  }

  #access(): Counted['counts'] {
    const rows = this.#effectiveness.rows()
    const sum = (pick: (row: (typeof rows)[number]) => number) =>
      rows.reduce((total, row) => total + pick(row), 0)
    return {
      'by-relationship': sum((row) => row.readByRelationship),
      'without-relationship': sum((row) => row.readWithoutRelationship),
      'by-typed-reason': sum((row) => row.breakGlass),
      'typed-reasons': sum((row) => row.breakGlassOpened),
      'reasons-found-justified': sum((row) => row.breakGlassJustified),
      'reasons-found-unjustified': sum((row) => row.breakGlassUnjustified),
      refused: sum((row) => row.denied),
    }
  }

  #of(action: Action): number {
    return this.#actions.get(action) ?? 0
  }
}
