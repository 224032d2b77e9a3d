/** Operations on the anchor log and of the witness's door. */
import { TimestampAnswer } from '../../../contracts/ledger-answers.ts'
import { bytes, json, other, plainText, type Operation } from './operation.ts'

const scopes = ['proofs:read', 'tree:read'] as const

export const anchorOperations = {
  getAnchorKey: {
    method: 'get',
    path: '/v1/anchor/key',
    summary: 'verifier keys of the anchor log',
    scopes,
    answers: other('One key a line.', plainText),
  },
  getAnchorCheckpoint: {
    method: 'get',
    path: '/v1/anchor/checkpoint',
    summary: 'newest cosigned checkpoint of the anchor log',
    scopes,
    answers: other('The signed note, verbatim.', plainText),
  },
  getAnchorPolicy: {
    method: 'get',
    path: '/v1/anchor/policy',
    summary: 'whose cosignatures count (C2SP tlog-policy)',
    scopes,
    answers: other('The policy.', plainText),
  },
  getAnchorTimestamp: {
    method: 'get',
    path: '/v1/anchor/timestamp',
    summary: 'newest time stamp of an anchor checkpoint (RFC 3161), and the text it dates',
    scopes,
    answers: json(TimestampAnswer),
  },
  getAnchorTile: {
    method: 'get',
    path: '/v1/anchor/tile/*path',
    summary: 'a tile or an entry bundle of the anchor log',
    scopes,
    answers: other('It never changes.', bytes),
  },
} as const satisfies Record<string, Operation>

/** Only where this appliance cosigns for other logs. Nobody shows a token: a log's signature lets a request in. */
export const witnessOperations = {
  addCheckpoint: {
    method: 'post',
    path: '/witness/add-checkpoint',
    summary: 'cosign a checkpoint that extends the last one (C2SP tlog-witness)',
    scopes: 'anybody',
    body: { mediaType: plainText, schema: undefined },
    answers: {
      200: { meaning: 'Lines of cosignatures.', content: { [plainText]: undefined } },
      409: {
        meaning: 'The size that was cosigned last, where the request went out from another.',
        content: { 'text/x.tlog.size': undefined },
      },
    },
  },
  getWitnessKey: {
    method: 'get',
    path: '/witness/key',
    summary: 'verifier key of this witness',
    scopes: 'anybody',
    answers: other('The key and a line end.', plainText),
  },
  getWitnessed: {
    method: 'get',
    path: '/witness/:originHash/checkpoint',
    summary: 'checkpoint of a log that was cosigned last',
    scopes: 'anybody',
    answers: other('The signed note, verbatim.', plainText),
  },
} as const satisfies Record<string, Operation>
