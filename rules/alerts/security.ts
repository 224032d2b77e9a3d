/** Is somebody trying to get in. */
import { grown, is, not, oneOf, share } from '../promql/compose.ts'
import { percent, service, tenant, text, value } from '../annotations/template.ts'
import { booking, longRunning, seriesOf, tenantA, tenantB, users } from '../trial/subjects.ts'
import { counterOf, pulseOf } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'

const fiveMinutes = 300
/** More failed logins in 5 minutes than a lecture that forgot its passwords. */
const leastFailures = 20
const aboveFailedShare = 0.5
const aboveInvalidTokens = 20

const authFailureSpike: AlertDefinition = {
  name: 'AuthFailureSpike',
  by: ['tenant'],
  expr: ({ window }) => {
    const over = window(fiveMinutes)
    const by = ['tenant'] as const
    const where = { outcome: is('failure'), reason: oneOf('bad_credentials', 'rate_limited') } as const
    const bad = grown(by, 'auth_login_total', { where, over })
    const all = grown(by, 'auth_login_total', { over })
    return `${share(bad, all)} > ${aboveFailedShare} and ${bad} >= ${leastFailures}`
  },
  forSeconds: 0,
  summary: text`${percent} of the logins at ${tenant} fail`,
  description: text`${percent} of the attempts to log in at ${tenant} failed in the last 5 minutes, at least ${String(leastFailures)} of them; more than half means that somebody is trying passwords.`,
  trial: {
    signals: ({ tenant: of = 'university_a' }) => {
      const series = (outcome: string, reason: string) =>
        seriesOf('auth_login_total', { tenant: of, outcome, reason }, 'gateway')
      return [
        counterOf(series('success', 'none'), { quiet: 6, below: 5, boundary: 5, above: 4 }),
        counterOf(series('failure', 'bad_credentials'), { quiet: 1, below: 2, boundary: 2, above: 2 }),
        counterOf(series('failure', 'rate_limited'), { quiet: 0, below: 2, boundary: 3, above: 4 }),
      ]
    },
    subject: tenantA,
    other: tenantB,
    value: 0.6,
    onsetSeconds: 210,
    clearSeconds: 90,
    steady: () => longRunning('gateway'),
    countsFirst: true,
  },
}

const refreshTokenReuse: AlertDefinition = {
  name: 'RefreshTokenReuse',
  by: ['tenant'],
  expr: ({ window }) => `${grown(['tenant'], 'auth_refresh_reuse_total', { over: window(fiveMinutes) })} > 0`,
  forSeconds: 0,
  summary: text`A refresh token of ${tenant} was used twice`,
  description: text`${value} refresh tokens of ${tenant} were presented a second time in the last 5 minutes: each was copied. The sessions they belong to have been ended.`,
  trial: {
    signals: ({ tenant: of = 'university_a' }) => [
      pulseOf(seriesOf('auth_refresh_reuse_total', { tenant: of }, 'gateway'), { quiet: 0, above: 1 }),
    ],
    steady: () => longRunning('gateway'),
    subject: tenantA,
    other: tenantB,
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 60,
    lastsSeconds: 240,
    countsFirst: true,
  },
}

const crossTenantAccess: AlertDefinition = {
  name: 'CrossTenantAccess',
  by: ['service'],
  expr: ({ window }) =>
    `${grown(['service'], 'cross_tenant_denied_total', { over: window(fiveMinutes) })} > 0`,
  forSeconds: 0,
  summary: text`Somebody reached for another tenant at ${service}`,
  description: text`${service} refused ${value} requests of the last 5 minutes that named another tenant than the caller’s. No client of ours does that.`,
  trial: {
    signals: ({ service: at = 'users' }) => [
      pulseOf(seriesOf('cross_tenant_denied_total', { service: at, kind: 'header' }, at), {
        quiet: 0,
        above: 1,
      }),
    ],
    steady: ({ service: at }) => longRunning(at),
    subject: users,
    other: booking,
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 60,
    lastsSeconds: 240,
    countsFirst: true,
  },
}

const tokenValidationFailures: AlertDefinition = {
  name: 'TokenValidationFailures',
  by: ['service'],
  expr: ({ window }) => {
    // Tokens expire every 15 minutes; that says nothing.
    const refused = grown(['service'], 'jwt_validation_failures_total', {
      where: { reason: not('expired') },
      over: window(fiveMinutes),
    })
    return `${refused} > ${aboveInvalidTokens}`
  },
  forSeconds: 60,
  summary: text`${service} refuses access tokens as forged or broken`,
  description: text`${service} refused ${value} access tokens in 5 minutes that had not merely expired; the threshold is ${String(aboveInvalidTokens)}. Either keys differ between services or somebody forges tokens.`,
  trial: {
    signals: ({ service: at = 'users' }) => {
      const series = (reason: string) =>
        seriesOf('jwt_validation_failures_total', { service: at, reason }, at)
      return [
        counterOf(series('signature'), { quiet: 0, below: 0.5, boundary: 0.5, above: 1 }),
        counterOf(series('expired'), { quiet: 5 }),
      ]
    },
    subject: users,
    other: booking,
    value: 30,
    onsetSeconds: 200,
    clearSeconds: 100,
    steady: ({ service: at }) => longRunning(at),
    countsFirst: true,
  },
}

export const securityAlerts = [
  authFailureSpike,
  refreshTokenReuse,
  crossTenantAccess,
  tokenValidationFailures,
]
