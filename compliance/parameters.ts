/**
 * What the controls compare with: numbers and words somebody may choose differently. Each control names its parameters
 * here, with the value of the source documents; a house overrides them by environment.
 */

export const environments = ['production', 'staging', 'development'] as const
export type Environment = (typeof environments)[number]

export interface Parameter {
  /** What it is, with its unit. */
  readonly about: string
  /** By environment; `production` stands for those that are not named. */
  readonly default: Readonly<{ production: number } & Partial<Record<Environment, number>>>
}

/** By item of the checklist and name. */
export const parameters = {
  // TLS
  'TLS-07.seconds': {
    about: 'max-age of Strict-Transport-Security, at least',
    default: { production: 31_536_000 },
  },
  'TLS-08.days': { about: 'days that a certificate is still valid, at least', default: { production: 21 } },
  'TLS-10.bits': { about: 'bits of an RSA key, at least', default: { production: 2048 } },
  // DBS
  'DBS-05.postgresql': {
    about: 'oldest major version of PostgreSQL that still gets fixes (the last of 14 came in November 2026)',
    default: { production: 15 },
  },
  'DBS-05.mysql': {
    about: 'oldest major version of MySQL that still gets fixes',
    default: { production: 8 },
  },
  'DBS-05.sqlserver': {
    about:
      'oldest release of SQL Server that still gets fixes, by its year (the last of 2016 came in July 2026)',
    default: { production: 2017 },
  },
  'DBS-15.percent': {
    about: 'share of the connections that may be taken, in percent; an alert fires there',
    default: { production: 90 },
  },
  'DBS-19.percent': {
    about: 'share of the transactions until numbers come round that may be used, in percent',
    default: { production: 80 },
  },
  // APP
  'APP-02.minutes': { about: 'minutes that an access token lives, at most', default: { production: 15 } },
  'APP-03.days': { about: 'days that a refresh token lives, at most', default: { production: 7 } },
  'APP-06.requests_per_second': {
    about: 'requests each second that a client may make at the edge, at most',
    default: { production: 10 },
  },
  'APP-07.requests_per_minute': {
    about: 'questions each minute that a user may ask an assistant, at most',
    default: { production: 2 },
  },
  'APP-14.seconds': { about: 'seconds that nginx waits for a client, at most', default: { production: 10 } },
  'APP-21.timeout_seconds': {
    about: 'seconds that a call to another service takes, at most',
    default: { production: 10 },
  },
  'APP-21.retries': { about: 'times that a call is tried again, at most', default: { production: 3 } },
  'APP-21.failures': { about: 'failures after which a breaker opens, at most', default: { production: 5 } },
  // PRV
  'PRV-03.days': {
    about: 'days since the periods of all records were last looked at, at most',
    default: { production: 2 },
  },
  'PRV-06.days': {
    about: 'days that a request to inspect a record waits, at most (34 CFR 99.10(b))',
    default: { production: 45 },
  },
  'PRV-11.people': {
    about: 'people a published number stands for, at least',
    default: { production: 10 },
  },
  // BDR
  'BDR-01.days': {
    about: 'days that backups of a database are kept, at least',
    default: { production: 30, staging: 14, development: 7 },
  },
  'BDR-01.premium_days': {
    about: 'days that backups of a database of a tenant of the premium tier are kept, at least',
    default: { production: 90, staging: 14, development: 7 },
  },
  'BDR-01.enterprise_days': {
    about: 'days that backups of a database of a tenant of the enterprise tier are kept, at least',
    default: { production: 365, staging: 14, development: 7 },
  },
  'BDR-02.days': {
    about: 'days for which a database can be brought back to any moment, at least',
    default: { production: 7 },
  },
  'BDR-03.seconds': {
    about: 'seconds of changes that a crash may lose, at most',
    default: { production: 900 },
  },
  'BDR-04.days': {
    about: 'days since a backup was last restored to see that it works, at most',
    default: { production: 90 },
  },
  'BDR-04.seconds': {
    about: 'seconds that bringing the database back may take, at most',
    default: { production: 3600, staging: 7200 },
  },
  'BDR-09.daily_days': {
    about: 'days that the daily full backup is kept, at least',
    default: { production: 30 },
  },
  'BDR-09.frequent_days': {
    about: 'days that the backup of every six hours is kept, at least',
    default: { production: 7 },
  },
  'BDR-09.weekly_days': {
    about: 'days that the weekly backup is kept, at least',
    default: { production: 365 },
  },
  'BDR-10.seconds': {
    about:
      'age of the last good backup in seconds at which an alert has to fire: two daily intervals, one missed',
    default: { production: 172_800 },
  },
  'BDR-11.copies': {
    about: 'copies of a service that run at the same time, at least',
    default: { production: 2 },
  },
  'BDR-13.images': {
    about: 'images with a tag that a registry keeps, at least',
    default: { production: 10 },
  },
  // SEC
  'SEC-05.days': {
    about: 'days after which a secret is turned over, at most',
    default: { production: 90 },
  },
  'SEC-07.days': {
    about: 'days after which a key of Google is turned over, at most',
    default: { production: 90 },
  },
  'SEC-08.days': {
    about: 'days between the deletion of a key and its end, at least',
    default: { production: 7 },
  },
  // IAM
  'IAM-12.length': { about: 'characters of a password, at least', default: { production: 14 } },
  'IAM-12.remembered': { about: 'passwords that may not come back, at least', default: { production: 24 } },
  // CST
  'CST-01.warning_percent': {
    about: 'percent of the budget at which somebody is told, at most',
    default: { production: 80 },
  },
  'CST-04.instances': {
    about: 'tasks or machines that scaling may start, at most',
    default: { production: 20, staging: 10, development: 5 },
  },
  'CST-05.gateways': {
    about: 'NAT gateways of an environment that is not production, at most',
    default: { production: 1 },
  },
  // HST
  'HST-01.hops': {
    about: 'steps that an answer of the metadata service may take, at most; containers on a host need 2',
    default: { production: 1 },
  },
  'HST-05.days': {
    about: 'days after which a patch is installed, at most',
    default: { production: 15 },
  },
  // LOG
  'LOG-08.audit_days': { about: 'days that audit logs are kept, at least', default: { production: 365 } },
  'LOG-08.app_days': {
    about: 'days that logs of applications are kept, at least',
    default: { production: 30, staging: 14, development: 7 },
  },
  'LOG-11.covered': {
    about: 'reads of education records that have their event, of 10,000, at least',
    default: { production: 9_999 },
  },
  'LOG-12.minutes': { about: 'minutes since a log was last verified, at most', default: { production: 60 } },
  'LOG-12.unsigned_minutes': {
    about: 'minutes that entries wait for a signed checkpoint, at most',
    default: { production: 5 },
  },
  'LOG-17.minutes': {
    about: 'minutes after which the loss of audit events alerts, at most',
    default: { production: 5 },
  },
  // MON
  'MON-02.percent': {
    about: 'used share of a processor that alerts, in percent, at most',
    default: { production: 80 },
  },
  'MON-02.minutes': { about: 'minutes it may last before it alerts, at most', default: { production: 5 } },
  'MON-03.percent': {
    about: 'used share of the memory that alerts, in percent, at most',
    default: { production: 85 },
  },
  'MON-03.minutes': { about: 'minutes it may last before it alerts, at most', default: { production: 5 } },
  'MON-04.percent': {
    about: 'share of failing requests that alerts, in percent, at most',
    default: { production: 1 },
  },
  'MON-05.milliseconds': {
    about: 'time of the slowest 5 % of requests that alerts, in milliseconds, at most',
    default: { production: 500 },
  },
  'MON-06.percent': {
    about: 'share of the connections in use that alerts, in percent, at most',
    default: { production: 90 },
  },
  'MON-06.connections': {
    about: 'connections in use that alert, at most, where no share is compared',
    default: { production: 180 },
  },
  'MON-07.percent': {
    about: 'used share of a disk that alerts, in percent, at most',
    default: { production: 85 },
  },
  'MON-08.interval_seconds': {
    about: 'seconds between two looks at a health endpoint, at most',
    default: { production: 30 },
  },
  'MON-08.timeout_seconds': {
    about: 'seconds that a look at a health endpoint may last, at most',
    default: { production: 10 },
  },
  'MON-17.series': { about: 'series of one metric, at most', default: { production: 10_000 } },
  // IRP
  'IRP-08.days': { about: 'days that a waiver may last, at most', default: { production: 180 } },
  'IRP-09.hours': { about: 'hours since the last scan, at most', default: { production: 26 } },
} as const satisfies Readonly<Record<string, Parameter>>

export type ParameterName = keyof typeof parameters
export type ParameterOverrides = Readonly<
  Partial<Record<ParameterName, Readonly<Partial<Record<Environment, number>>>>>
>

/** Reads a parameter for an environment. */
export function parameterOf(
  name: ParameterName,
  environment: Environment,
  overrides: ParameterOverrides = {},
): number {
  const { default: byDefault }: Parameter = parameters[name]
  const chosen = overrides[name]
  return chosen?.[environment] ?? byDefault[environment] ?? chosen?.production ?? byDefault.production
}
