/** What `/api/docs` says about this service. */
import Type from 'typebox'
import type { Operation } from '../../door/openapi.ts'
import {
  AccountAnswer,
  AccountsAnswer,
  ChangeAccount,
  CreateAccount,
  CredentialsAnswer,
  CredentialsRequest,
  DirectoryAnswer,
  MeAnswer,
  OwnPassword,
  StandingAnswer,
  StandingRequest,
} from './shapes.ts'

const admin = { roles: ['admin'] } as const

export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: '/me',
    summary: 'The account that is logged in',
    answer: { status: 200, meaning: 'The account.', schema: MeAnswer },
  },
  {
    method: 'post',
    path: '/me/password',
    summary: 'Change the own password; every session of the account ends at its next refresh',
    body: OwnPassword,
    answer: { status: 204, meaning: 'It is changed.' },
  },
  {
    method: 'get',
    path: '/directory',
    summary: 'Find people by name, except those who opted out',
    roles: ['staff', 'faculty', 'registrar'],
    query: { q: Type.String({ minLength: 2, maxLength: 100 }) },
    answer: { status: 200, meaning: 'At most 20 people.', schema: DirectoryAnswer },
  },
  {
    method: 'get',
    path: '/accounts',
    summary: 'List the accounts of the tenant',
    ...admin,
    query: { after: Type.String(), q: Type.String(), limit: Type.Integer({ minimum: 1, maximum: 200 }) },
    answer: { status: 200, meaning: 'A page in order of id.', schema: AccountsAnswer },
  },
  {
    method: 'post',
    path: '/accounts',
    summary: 'Create an account',
    ...admin,
    body: CreateAccount,
    answer: { status: 201, meaning: 'The account.', schema: AccountAnswer },
  },
  {
    method: 'patch',
    path: '/accounts/:id',
    summary: 'Change name, role or standing of an account',
    ...admin,
    body: ChangeAccount,
    answer: { status: 200, meaning: 'The account.', schema: AccountAnswer },
  },
  {
    method: 'delete',
    path: '/accounts/:id',
    summary: 'Delete an account',
    ...admin,
    answer: { status: 204, meaning: 'It is gone.' },
  },
  {
    method: 'post',
    path: '/internal/credentials',
    summary: 'Check an e-mail and a password',
    access: 'service',
    body: CredentialsRequest,
    answer: { status: 200, meaning: 'They belong together.', schema: CredentialsAnswer },
  },
  {
    method: 'post',
    path: '/internal/standing',
    summary: 'Ask the current role of an account',
    access: 'service',
    body: StandingRequest,
    answer: { status: 200, meaning: 'The account may hold a session.', schema: StandingAnswer },
  },
]
