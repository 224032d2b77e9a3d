/** Operations on events that were refused. */
import { QuarantinedBody, QuarantineDropped, QuarantinePage } from '../../../contracts/quarantine.ts'
import { count, json, text, type Operation } from './operation.ts'

const quarantine = '/v1/record/:tenant/quarantine'

export const quarantineOperations = {
  listQuarantine: {
    method: 'get',
    path: quarantine,
    summary: 'events that were refused, oldest first, without what they say; the look is in the log',
    scopes: ['record:read'],
    query: {
      limit: count('most events; default 100', 200),
      after: text('id of the last event of the page before'),
    },
    answers: json(QuarantinePage),
  },
  readQuarantined: {
    method: 'get',
    path: `${quarantine}/:id`,
    summary: 'one refused event with what it says; the look is in the log',
    scopes: ['subjects:read'],
    answers: json(QuarantinedBody),
  },
  dropQuarantined: {
    method: 'post',
    path: `${quarantine}/:id/drop`,
    summary: 'drop a refused event; that it was dropped, and by whom, is in the log',
    scopes: ['record:write'],
    answers: json(QuarantineDropped),
  },
} as const satisfies Record<string, Operation>
