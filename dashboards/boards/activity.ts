import { metrics } from '../../contracts/metrics.ts'
import type { Dashboard, Row } from '../model.ts'
import { chosen, gauge, increase, is, orZero, orZeroFor, rate, ratio, sumBy } from '../promql/compose.ts'
import { bars, chart, now, plain, query, stat, worseFrom } from '../shapes.ts'
import { tenantChoice } from './choices.ts'

const ofTenant = { tenant: chosen('tenant') }
const accounts = (by: readonly string[]) => sumBy(by, gauge('users', ofTenant))
/** Counters of a tenant appear with their first event: until then its accounts stand for it, times 0. */
const byTenant = (expr: string) => orZero(expr, accounts(['tenant']))
const inAll = (expr: string) => orZero(expr, accounts([]))
const attempts = `(${inAll(sumBy([], rate('auth_login_total', ofTenant)))})`
const logins = (outcome: 'success' | 'failure') => ({ ...ofTenant, outcome: is(outcome) })

const summary: Row = {
  title: 'Summary',
  panels: [
    stat(
      {
        title: 'Active sessions',
        description: 'People logged in: families of refresh tokens neither expired nor revoked.',
        unit: 'none',
      },
      sumBy([], gauge('sessions_active', ofTenant)),
      { thresholds: plain },
    ),
    stat({ title: 'Accounts', description: 'Accounts of the chosen tenants.', unit: 'none' }, accounts([]), {
      thresholds: plain,
    }),
    stat(
      {
        title: 'Failed logins',
        description: 'Attempts to log in that failed, of all. A wave of them is an attack.',
        unit: 'percentunit',
      },
      ratio(sumBy([], rate('auth_login_total', logins('failure'))), attempts),
      { thresholds: worseFrom(0.2, 0.5) },
    ),
    stat(
      { title: 'Bookings', description: 'Rooms booked in the last hour.', unit: 'none' },
      inAll(sumBy([], increase('bookings_created_total', ofTenant, '1h'))),
      { thresholds: plain, decimals: 0 },
    ),
    stat(
      {
        title: 'Records read',
        description: 'Education records read in the last hour; each is an entry of the ledger.',
        unit: 'none',
      },
      inAll(sumBy([], increase('record_reads_total', ofTenant, '1h'))),
      { thresholds: plain, decimals: 0 },
    ),
    stat(
      {
        title: 'Break-glass reads',
        description: 'Records read in the last day outside a relationship, with a typed reason. Review each.',
        unit: 'none',
      },
      inAll(sumBy([], increase('break_glass_reads_total', ofTenant, '1d'))),
      {
        thresholds: [
          { from: null, color: 'green' },
          { from: 1, color: 'orange' },
        ],
        decimals: 0,
      },
    ),
  ],
}

const access: Row = {
  title: 'Logins and sessions',
  panels: [
    chart({ title: 'Logins', description: 'Logins per second that succeeded, by tenant.', unit: 'ops' }, [
      query(byTenant(sumBy(['tenant'], rate('auth_login_total', logins('success')))), '{{tenant}}'),
    ]),
    chart(
      {
        title: 'Failed logins by reason',
        description: 'Attempts per second that failed. Bad credentials in a row are credential stuffing.',
        unit: 'ops',
      },
      [
        query(
          orZeroFor(
            sumBy(['reason'], rate('auth_login_total', logins('failure'))),
            'reason',
            metrics.auth_login_total.labels.reason.values.filter((reason) => reason !== 'none'),
          ),
          '{{reason}}',
        ),
      ],
    ),
    chart(
      {
        title: 'Sessions by role',
        description: 'People logged in, by role. The parts add up to all.',
        unit: 'none',
      },
      [query(sumBy(['role'], gauge('sessions_active', ofTenant)), '{{role}}')],
      { stacked: true },
    ),
    chart(
      {
        title: 'Refreshed tokens',
        description: 'Refresh tokens presented per second, by outcome.',
        unit: 'ops',
      },
      [
        query(
          orZeroFor(
            sumBy(['outcome'], rate('auth_refresh_total', ofTenant)),
            'outcome',
            metrics.auth_refresh_total.labels.outcome.values,
          ),
          '{{outcome}}',
        ),
      ],
    ),
    chart(
      {
        title: 'Refresh token reuse',
        description: 'Refresh tokens presented a second time: somebody has a copy. Each one pages.',
        unit: 'none',
      },
      [query(byTenant(sumBy(['tenant'], increase('auth_refresh_reuse_total', ofTenant))), '{{tenant}}')],
      { thresholds: worseFrom(1) },
    ),
    chart(
      {
        title: 'Refused access tokens',
        description: 'Access tokens refused per second, by reason. Of all tenants: a bad token names none.',
        unit: 'ops',
      },
      [
        query(
          orZeroFor(
            sumBy(['reason'], rate('jwt_validation_failures_total')),
            'reason',
            metrics.jwt_validation_failures_total.labels.reason.values,
          ),
          '{{reason}}',
        ),
      ],
    ),
  ],
}

const booking: Row = {
  title: 'Booking and grades',
  panels: [
    chart(
      {
        title: 'Bookings by role',
        description: 'Rooms booked per second, by the role that booked.',
        unit: 'ops',
      },
      [
        query(
          orZero(sumBy(['role'], rate('bookings_created_total', ofTenant)), accounts(['role'])),
          '{{role}}',
        ),
      ],
      { stacked: true },
    ),
    chart(
      {
        title: 'Booking conflicts',
        description: 'Bookings per second refused because the room was taken.',
        unit: 'ops',
      },
      [query(byTenant(sumBy(['tenant'], rate('booking_conflicts_total', ofTenant))), '{{tenant}}')],
    ),
    chart({ title: 'Bookings refused', description: 'Bookings per second refused by a rule.', unit: 'ops' }, [
      query(
        orZeroFor(
          sumBy(['reason'], rate('booking_rejected_total', ofTenant)),
          'reason',
          metrics.booking_rejected_total.labels.reason.values,
        ),
        '{{reason}}',
      ),
    ]),
    chart(
      {
        title: 'GPA calculations',
        description: 'Calculations per second by outcome; invalid ones were refused for their input.',
        unit: 'ops',
      },
      [
        query(
          orZeroFor(
            sumBy(['outcome'], rate('gpa_calculations_total', ofTenant)),
            'outcome',
            metrics.gpa_calculations_total.labels.outcome.values,
          ),
          '{{outcome}}',
        ),
      ],
    ),
    chart({ title: 'Grade changes', description: 'Grades entered or changed per second.', unit: 'ops' }, [
      query(
        orZeroFor(
          sumBy(['kind'], rate('grade_changes_total', ofTenant)),
          'kind',
          metrics.grade_changes_total.labels.kind.values,
        ),
        '{{kind}}',
      ),
    ]),
    bars(
      { title: 'Accounts by role', description: 'Accounts of the chosen tenants, by role.', unit: 'none' },
      [now(accounts(['role']), '{{role}}')],
      { thresholds: plain },
    ),
  ],
}

const records: Row = {
  title: 'Education records',
  panels: [
    chart(
      {
        title: 'Records read by basis',
        description: 'Records read per second, by the paragraph of 34 CFR 99 that permits it.',
        unit: 'ops',
      },
      [
        query(
          // The bases of the campus app: the student, an official with an interest, directory information.
          orZeroFor(sumBy(['basis'], rate('record_reads_total', ofTenant)), 'basis', [
            '99.31(a)(12)',
            '99.31(a)(1)(i)(A)',
            '99.31(a)(8)',
          ]),
          '{{basis}}',
        ),
      ],
    ),
    chart(
      {
        title: 'Refused record reads',
        description: 'Reads per second that were refused, by reason.',
        unit: 'ops',
      },
      [
        query(
          orZeroFor(
            sumBy(['reason'], rate('record_reads_denied_total', ofTenant)),
            'reason',
            metrics.record_reads_denied_total.labels.reason.values,
          ),
          '{{reason}}',
        ),
      ],
    ),
    chart(
      {
        title: 'Reaches for another tenant',
        description: 'Requests that named a tenant other than their own. Each one pages. Of all tenants.',
        unit: 'none',
      },
      [
        query(
          orZeroFor(
            sumBy(['kind'], increase('cross_tenant_denied_total')),
            'kind',
            metrics.cross_tenant_denied_total.labels.kind.values,
          ),
          '{{kind}}',
        ),
      ],
      { thresholds: worseFrom(1) },
    ),
  ],
}

const demo: Row = {
  title: 'Demo traffic',
  panels: [
    chart(
      {
        title: 'Demo requests by scenario',
        description: 'Requests per second that the demo traffic sends: generated, not people.',
        unit: 'reqps',
      },
      [query(sumBy(['scenario'], rate('demo_requests_total')), '{{scenario}}')],
      { width: 12, stacked: true },
    ),
    chart(
      {
        title: 'Demo requests by outcome',
        description: 'Refused ones are sent on purpose; errors are not.',
        unit: 'reqps',
      },
      [query(sumBy(['outcome'], rate('demo_requests_total')), '{{outcome}}')],
      { width: 12 },
    ),
  ],
}

/** Campus activity: who uses it, for what, and on what grounds records are read. */
export const activity: Dashboard = {
  uid: 'campanile-activity',
  description: 'Who uses the campus, for what, and on what grounds education records are read.',
  tags: ['business', 'security'],
  logs: false,
  variables: [tenantChoice],
  rows: [summary, access, booking, records, demo],
}
