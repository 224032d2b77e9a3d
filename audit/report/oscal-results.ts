/**
 * Entries of a log as assessment results of OSCAL 1.2.1: observations with evidence that can be fetched again, no
 * findings. The same entries give the same document, byte for byte, however far the log has grown since; once some
 * of them are no longer kept it is another version of the same document.
 */
import { createHash, type Hash } from 'node:crypto'
import type { LedgerEntry } from '../format/entry.ts'
import type { LeafRange } from '../log/subtree.ts'
import { OscalObservations, type Counted } from './oscal-observations.ts'

const oscalVersion = '1.2.1'
const namespace = 'urn:campanile:oscal'
/** Namespace of the identifiers in a document (RFC 9562 §5.5); drawn once. */
const identifierNamespace = Buffer.from('b1b3a6c4f2d84e0e9b0c5a7d3f1e2c90', 'hex')
/** Hashed before the leaf hashes of a range, in their order. */
const rangeDomain = 'campanile/oscal-range/v1\0'

export interface OscalSource {
  readonly tenant: string
  /** Origin of the log. */
  readonly origin: string
  readonly range: LeafRange
}

export class OscalResults {
  readonly #source: OscalSource
  readonly #observations = new OscalObservations()
  readonly #digest: Hash = createHash('sha256').update(rangeDomain)
  #first: number | undefined
  #last = 0

  constructor(source: OscalSource) {
    this.#source = source
  }

  /** Takes entries in order; nothing is written before the last. */
  write(entries: readonly LedgerEntry[]): string {
    for (const entry of entries) {
      this.#observations.take(entry)
      this.#digest.update(entry.leafHash)
      this.#first ??= entry.leaf.time
      this.#last = entry.leaf.time
    }
    return ''
  }

  /** Writes the document. An empty range has no time and is told as of the beginning of time. */
  end(): string {
    const { tenant, origin, range } = this.#source
    const times = { start: instant(this.#first ?? 0), end: instant(this.#last) }
    const identify = (name: string) => identifierOf([origin, range.start, range.end, name].join('\n'))
    const counted = this.#observations.list()
    const place = { ...this.#source, identify, collected: times.end, sha256: this.#digest.digest('hex') }
    const controls = [...new Set(counted.flatMap(({ topic }) => topic.controls))].toSorted()
    const document = {
      'assessment-results': {
        uuid: identify('document'),
        metadata: {
          title: `Record of ${tenant}, entries ${range.start} up to ${range.end}`,
          'last-modified': times.end,
          version: createHash('sha256').update(JSON.stringify(counted)).digest('hex').slice(0, 16),
          'oscal-version': oscalVersion,
          remarks: this.#observations.synthetic > 0 ? demoRemark : remark,
        },
        'import-ap': { href: `#${identify('plan')}` },
        results: [
          {
            uuid: identify('result'),
            title: 'What the log holds of the period',
            description: 'Counts of entries, each with where they can be fetched and verified again.',
            ...times,
            props: props({ origin }),
            'local-definitions': { components: [component(identify('log'), origin)] },
            'reviewed-controls': {
              description: 'NIST SP 800-53 Rev. 5 controls the entries are evidence for. None was judged.',
              'control-selections': [{ 'include-controls': controls.map((id) => ({ 'control-id': id })) }],
            },
            observations: counted.map((each) => observation(each, place)),
          },
        ],
        'back-matter': {
          resources: [
            {
              uuid: identify('plan'),
              title: 'No assessment plan',
              description:
                'The log records all the time and not by plan. Whoever assesses imports these results into theirs.',
            },
          ],
        },
      },
    }
    return `${JSON.stringify(document)}\n`
  }
}

const remark =
  'Observations of a transparency log. They count what was recorded and judge nothing: whether a control is met is said by whoever assesses it.'
const demoRemark = `${remark} The entries hold demo data: they are no evidence.`

interface Place extends OscalSource {
  readonly identify: (name: string) => string
  readonly collected: string
  readonly sha256: string
}

function observation({ topic, counts }: Counted, place: Place): object {
  const { tenant, range, identify, collected, sha256 } = place
  return {
    uuid: identify(`observation ${topic.name}`),
    title: topic.title,
    description: topic.description,
    props: [
      ...topic.controls.map((control) => ({ name: 'control', ns: namespace, value: control })),
      ...props(counts),
    ],
    methods: ['EXAMINE'],
    types: ['historic'],
    subjects: [{ 'subject-uuid': identify('log'), type: 'component' }],
    'relevant-evidence': [
      {
        href: `/v1/logs/${tenant}/export?format=jsonl&from=${range.start}&to=${range.end}`,
        description: `The entries. The digest is SHA-256 over "${rangeDomain.slice(0, -1)}", a zero byte and their leaf hashes.`,
        props: props({ from: range.start, to: range.end, sha256 }),
      },
      {
        href: `/v1/logs/${tenant}/population?from=${range.start}&to=${range.end}`,
        description: 'The proof that these are all entries of the range, against the signed root.',
      },
    ],
    collected,
  }
}

function component(uuid: string, origin: string): object {
  return {
    uuid,
    type: 'service',
    title: `Log ${origin}`,
    description: 'An append-only log with signed checkpoints (RFC 6962, C2SP tlog-tiles).',
    status: { state: 'operational' },
  }
}

function props(values: Readonly<Record<string, string | number>>): object[] {
  return Object.entries(values).map(([name, value]) => ({ name, ns: namespace, value: String(value) }))
}

function instant(millis: number): string {
  return new Date(millis).toISOString()
}

/** Derives an identifier from a name: UUID version 5, because the schema knows versions 4 and 5 only. */
function identifierOf(name: string): string {
  // SHA-1 is what version 5 is made of; nothing rests on it.
  const bytes = createHash('sha1').update(identifierNamespace).update(name).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
