/** What `/api/docs` says about the gateway's own routes. */
import Type from 'typebox'
import type { Operation } from '../../door/openapi.ts'
import { LoginAnswer, LoginRequest } from './auth.ts'

const csrf = { headers: { 'x-csrf-token': Type.String() }, access: 'cookie' } as const

export const operations: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/auth/login',
    summary: 'Begin a session',
    access: 'public',
    body: LoginRequest,
    answer: {
      status: 200,
      meaning: 'An access token; the refresh token is in a cookie.',
      schema: LoginAnswer,
    },
  },
  {
    method: 'post',
    path: '/api/auth/refresh',
    summary: 'Use the refresh token for the next one and a new access token',
    ...csrf,
    answer: { status: 200, meaning: 'An access token.', schema: LoginAnswer },
  },
  {
    method: 'post',
    path: '/api/auth/logout',
    summary: 'End the session',
    ...csrf,
    answer: { status: 204, meaning: 'It has ended.' },
  },
  {
    method: 'get',
    path: '/.well-known/jwks.json',
    summary: 'Public keys of the access tokens (RFC 7517)',
    access: 'public',
    answer: { status: 200, meaning: 'The key set.' },
  },
]
