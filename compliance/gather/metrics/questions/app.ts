/** Questions of the group APP. */
import type { Question } from './question.ts'

export const appQuestions: readonly Question[] = [
  {
    id: 'APP-02.life',
    query: 'max(access_token_lifetime_seconds)',
    says: 'seconds from the issue of an access token to its end, the longest',
  },
  {
    id: 'APP-03.reuse',
    query: 'count(auth_refresh_reuse_total) > 0',
    says: 'series that count refresh tokens shown a second time, whose family is revoked',
  },
  {
    id: 'APP-08.limited',
    query: 'count(auth_login_total{reason="rate_limited"}) > 0',
    says: 'series that count logins refused because there were too many',
  },
  {
    id: 'APP-21.breakers',
    query: 'count(circuit_breaker_state) > 0',
    says: 'breakers in front of other services',
  },
]
