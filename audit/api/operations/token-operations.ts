/** Operations of the door itself: tokens, its description, and how it does. */
import Type from 'typebox'
import { HealthAnswer } from '../../../contracts/ledger-answers.ts'
import { ExchangeBody, IssueBody, TokenAnswer } from '../../../contracts/ledger-token.ts'
import { tokenScopes } from '../../../contracts/service-token.ts'
import { body, json, other, type Operation } from './operation.ts'

export const tokenOperations = {
  exchangeToken: {
    method: 'post',
    path: '/v1/tokens',
    summary: 'exchange a long-lived token for a short one with the same rights or fewer',
    scopes: 'long-lived',
    body: body(ExchangeBody),
    answers: json(TokenAnswer),
  },
  issueToken: {
    method: 'post',
    path: '/v1/tokens/:tenant',
    summary: 'issue a short-lived token to somebody; nobody hands out more than they may do themselves',
    scopes: ['tokens:issue'],
    body: body(IssueBody),
    answers: json(TokenAnswer, 'It is issued, and the log of the tenant says so.'),
  },
  getDescription: {
    method: 'get',
    path: '/v1/openapi.json',
    summary: 'this document',
    scopes: tokenScopes as unknown as readonly ['events:write', ...(typeof tokenScopes)[number][]],
    answers: json(Type.Object({ openapi: Type.String() }), 'OpenAPI 3.1.'),
  },
} as const satisfies Record<string, Operation>

/** Every door of the house has these two; away from loopback they say less and ask for more. */
export const frameOperations = {
  getHealth: {
    method: 'get',
    path: '/health',
    summary: 'whether the ledger is well; the reason only on loopback',
    scopes: 'anybody',
    answers: {
      200: { meaning: 'It is well.', content: { 'application/json': HealthAnswer } },
      503: { meaning: 'It is not.', content: { 'application/json': HealthAnswer } },
    },
  },
  getMetrics: {
    method: 'get',
    path: '/metrics',
    summary: 'metrics in the text format of Prometheus; away from loopback they take metrics:read',
    scopes: 'anybody',
    answers: other('The metrics.', 'application/openmetrics-text; version=1.0.0; charset=utf-8'),
  },
} as const satisfies Record<string, Operation>
