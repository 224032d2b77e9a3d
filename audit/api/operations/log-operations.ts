/** Operations on one log: its key, checkpoints, tiles, proofs, entries, exports and search. */
import Type from 'typebox'
import { AppendRequest, AppendResponse } from '../../../contracts/audit-event.ts'
import { EffectivenessReport } from '../../../contracts/effectiveness.ts'
import {
  AnchoredAnswer,
  ConsistencyAnswer,
  EntriesAnswer,
  InclusionAnswer,
  SampleAnswer,
  SearchAnswer,
} from '../../../contracts/ledger-answers.ts'
import { Population } from '../../../contracts/population.ts'
import { CloudEvent } from '../../format/cloud-events.ts'
import { searchFields } from '../../search/tokens.ts'
import { body, bytes, count, json, other, plainText, rangeQuery, text, type Operation } from './operation.ts'

const log = '/v1/logs/:tenant'
const whichEntry = {
  index: count('position of the entry, unless its id is given'),
  id: text('id of the event'),
  producer: text('who offered it'),
}

export const logOperations = {
  appendEvents: {
    method: 'post',
    path: '/v1/events',
    summary: 'append events; each is answered for itself',
    scopes: ['events:write'],
    body: body(AppendRequest),
    answers: json(AppendResponse, 'Receipts in the order of the events.'),
  },
  appendCloudEvents: {
    method: 'post',
    path: `${log}/cloudevents`,
    summary: 'append a batch of CloudEvents 1.0',
    scopes: ['events:write'],
    body: {
      mediaType: 'application/cloudevents-batch+json',
      schema: Type.Array(CloudEvent, { minItems: 1, maxItems: 500 }),
    },
    answers: json(AppendResponse, 'Receipts in the order of the events.'),
  },
  getKey: {
    method: 'get',
    path: `${log}/key`,
    summary: 'verifier key of the log (C2SP signed-note)',
    scopes: ['proofs:read', 'tree:read'],
    answers: other('The key and a line end.', plainText),
  },
  getCheckpoint: {
    method: 'get',
    path: `${log}/checkpoint`,
    summary: 'newest signed checkpoint (C2SP tlog-checkpoint)',
    scopes: ['proofs:read', 'tree:read'],
    answers: other('The signed note, verbatim.', plainText),
  },
  getTile: {
    method: 'get',
    path: `${log}/tile/*path`,
    summary: 'a tile or an entry bundle (C2SP tlog-tiles); bundles take proofs:read',
    scopes: ['proofs:read', 'tree:read'],
    answers: other('It never changes.', bytes),
  },
  getInclusion: {
    method: 'get',
    path: `${log}/proof/inclusion`,
    summary: 'proof that an entry is in the log of a size',
    scopes: ['proofs:read'],
    query: { ...whichEntry, size: count('size of the log; default the newest signed') },
    answers: json(InclusionAnswer),
  },
  getConsistency: {
    method: 'get',
    path: `${log}/proof/consistency`,
    summary: 'proof that one size of the log extends another',
    scopes: ['proofs:read', 'tree:read'],
    query: {
      from: { ...count('the smaller size'), required: true },
      to: count('the larger size; default the newest signed'),
    },
    answers: json(ConsistencyAnswer),
  },
  getTlogProof: {
    method: 'get',
    path: `${log}/proof/tlog`,
    summary: 'proof of one entry as a file (C2SP tlog-proof)',
    scopes: ['proofs:read'],
    query: whichEntry,
    answers: other('The proof.', plainText),
  },
  getAnchoredProof: {
    method: 'get',
    path: `${log}/proof/anchored`,
    summary: 'proof of one entry through the anchor log and its witnesses',
    scopes: ['proofs:read'],
    query: whichEntry,
    answers: json(AnchoredAnswer),
  },
  getEntries: {
    method: 'get',
    path: `${log}/entries`,
    summary: 'entries in order, with what opens their commitments to the facts',
    scopes: ['proofs:read'],
    query: { from: count('first entry; default 0'), limit: count('most entries; default 100', 1_000) },
    answers: json(EntriesAnswer),
  },
  getExport: {
    method: 'get',
    path: `${log}/export`,
    summary: 'the signed log as the verifier reads it, or entries as other programs read them',
    scopes: ['export:read'],
    query: {
      format: text('ocsf, cef, csv, jsonl, oscal or parquet; default the export of the whole log'),
      ...rangeQuery,
    },
    answers: other(
      'Lines; the body ends only after the log has the event with its hash.',
      'application/x-ndjson',
      plainText,
      'text/csv; charset=utf-8; header=present',
    ),
  },
  getPopulation: {
    method: 'get',
    path: `${log}/population`,
    summary: 'proof that the entries of a period or of a range are all there are',
    scopes: ['export:read'],
    query: rangeQuery,
    answers: json(Population),
  },
  getEffectiveness: {
    method: 'get',
    path: `${log}/effectiveness`,
    summary: 'denials, broken glass and reads without a relationship, by role and quarter',
    scopes: ['export:read'],
    query: rangeQuery,
    answers: json(EffectivenessReport),
  },
  getSample: {
    method: 'get',
    path: `${log}/sample`,
    summary: 'a sample that neither side can choose: the seed is SHA-256(root ‖ nonce)',
    scopes: ['export:read'],
    query: {
      size: { ...count('size of a checkpoint the auditor has'), required: true },
      nonce: { ...text('16 to 64 bytes in lower-case hex', '^(?:[0-9a-f]{2}){16,64}$'), required: true },
      count: { ...count('how many'), required: true },
      ...rangeQuery,
    },
    answers: json(SampleAnswer),
  },
  getSearch: {
    method: 'get',
    path: `${log}/search`,
    summary: 'entries that fit every given field, newest first; actor and subject take subjects:read too',
    scopes: ['export:read'],
    query: {
      ...Object.fromEntries(searchFields.map((field) => [field, text(`value of ${field}`)])),
      limit: count('most entries; default 100', 500),
      ...rangeQuery,
    },
    answers: json(SearchAnswer),
  },
} as const satisfies Record<string, Operation>
