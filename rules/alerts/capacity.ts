/** Is there room left: processor, memory, disk, connections. */
import { gauge, is, maxBy, noneOf, rate, sumBy } from '../promql/compose.ts'
import { percent, service, text, value } from '../annotations/template.ts'
import { booking, seriesOf, users } from '../trial/subjects.ts'
import { counterOf, gaugeOf } from '../trial/trial.ts'
import type { AlertDefinition } from './definition.ts'

const fiveMinutes = 300
const aboveCpu = 0.8 // 001 line 239, 003 line 182
const aboveMemory = 0.85 // 001 line 240, 003 line 183
const aboveDisk = 0.85 // 001 line 244
const aboveConnections = 0.9 // 001 line 243: 180 of 200

const node = (name: string, labels: Readonly<Record<string, string>> = {}) =>
  seriesOf(name, labels, 'nodeExporter')

const highCpuUsage: AlertDefinition = {
  name: 'HighCpuUsage',
  by: [],
  expr: ({ window }) => {
    const idle = rate('node_cpu_seconds_total', { where: { mode: is('idle') }, over: window(fiveMinutes) })
    // The busiest machine: idle ones beside it do not help it.
    return `1 - min(avg by (instance) (${idle})) > ${aboveCpu}`
  },
  forSeconds: fiveMinutes,
  summary: text`The processors are ${percent} busy`,
  description: text`The processors of the busiest machine were ${percent} busy over 5 minutes, for 5 minutes; the threshold is 80 %.`,
  trial: {
    // Seconds of idle in ten seconds on each of two processors.
    signals: () => [
      counterOf(node('node_cpu_seconds_total', { cpu: '0', mode: 'idle' }), {
        quiet: 9,
        below: 2.5,
        boundary: 2.5,
        above: 1.5,
      }),
      counterOf(node('node_cpu_seconds_total', { cpu: '1', mode: 'idle' }), {
        quiet: 9,
        below: 2.5,
        boundary: 1.5,
        above: 1.5,
      }),
      counterOf(node('node_cpu_seconds_total', { cpu: '0', mode: 'user' }), { quiet: 1 }),
    ],
    subject: {},
    value: 0.85,
    onsetSeconds: 280,
    clearSeconds: 20,
  },
}

const highMemoryUsage: AlertDefinition = {
  name: 'HighMemoryUsage',
  by: [],
  expr: () =>
    `max(1 - ${gauge('node_memory_MemAvailable_bytes')} / ${gauge('node_memory_MemTotal_bytes')}) > ${aboveMemory}`,
  forSeconds: fiveMinutes,
  summary: text`Memory is ${percent} full`,
  description: text`${percent} of the memory is taken and cannot be freed, for 5 minutes; the threshold is 85 %. The kernel soon kills a process.`,
  trial: {
    signals: () => [
      gaugeOf(node('node_memory_MemAvailable_bytes'), {
        quiet: 6000,
        below: 2000,
        boundary: 1200,
        above: 800,
      }),
    ],
    steady: () => ({ [node('node_memory_MemTotal_bytes')]: 8000 }),
    subject: {},
    value: 0.9,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

const diskUsageCritical: AlertDefinition = {
  name: 'DiskUsageCritical',
  by: [],
  expr: () => {
    // What lives in memory or is always full by design.
    const where = { fstype: noneOf('tmpfs', 'ramfs', 'devtmpfs', 'squashfs', 'iso9660', 'erofs') } as const
    const free = gauge('node_filesystem_avail_bytes', where)
    return `max(1 - ${free} / ${gauge('node_filesystem_size_bytes', where)}) > ${aboveDisk}`
  },
  forSeconds: fiveMinutes,
  summary: text`A disk is ${percent} full`,
  description: text`The fullest file system is ${percent} full, for 5 minutes; the threshold is 85 %. When it is full, PostgreSQL and the ledger stop.`,
  trial: {
    signals: () => {
      const labels = { device: 'a', fstype: 'ext4', mountpoint: '/' }
      const levels = { quiet: 6000, below: 2000, boundary: 1200, above: 800 }
      return [gaugeOf(node('node_filesystem_avail_bytes', labels), levels)]
    },
    steady: () => ({
      [node('node_filesystem_size_bytes', { device: 'a', fstype: 'ext4', mountpoint: '/' })]: 8000,
      [node('node_filesystem_size_bytes', { device: 'b', fstype: 'squashfs', mountpoint: '/s' })]: 100,
      [node('node_filesystem_avail_bytes', { device: 'b', fstype: 'squashfs', mountpoint: '/s' })]: 0,
    }),
    subject: {},
    value: 0.9,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

const databaseConnectionsHigh: AlertDefinition = {
  name: 'DatabaseConnectionsHigh',
  by: [],
  expr: () =>
    `max(${sumBy(['instance', 'server'], gauge('pg_stat_activity_count'))} / ${maxBy(['instance', 'server'], gauge('pg_settings_max_connections'))}) > ${aboveConnections}`,
  forSeconds: fiveMinutes,
  summary: text`${percent} of the connections PostgreSQL allows are taken`,
  description: text`${percent} of the connections PostgreSQL allows are taken, for 5 minutes; the threshold is 90 %. When all are, services cannot connect.`,
  trial: {
    signals: () => {
      const count = (state: string) => seriesOf('pg_stat_activity_count', { datname: 'c', state }, 'postgres')
      return [
        gaugeOf(count('active'), { quiet: 10, below: 30, boundary: 30, above: 30 }),
        gaugeOf(count('idle'), { quiet: 10, below: 140, boundary: 150, above: 160 }),
      ]
    },
    steady: () => ({ [seriesOf('pg_settings_max_connections', {}, 'postgres')]: 200 }),
    subject: {},
    value: 0.95,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

const databasePoolExhausted: AlertDefinition = {
  name: 'DatabasePoolExhausted',
  by: ['service'],
  expr: () => `${maxBy(['service'], gauge('db_client_connections', { state: is('waiting') }))} > 0`,
  forSeconds: 60,
  summary: text`${service} waits for connections to PostgreSQL`,
  description: text`${value} requests of ${service} wait for a connection of its pool, and some have waited for 60 s without a break: connections are held too long or never given back.`,
  trial: {
    signals: ({ service: of = 'users' }) => [
      gaugeOf(seriesOf('db_client_connections', { service: of, state: 'waiting' }, of), {
        quiet: 0,
        above: 1,
      }),
      gaugeOf(seriesOf('db_client_connections', { service: of, state: 'used' }, of), { quiet: 3 }),
    ],
    subject: users,
    other: booking,
    value: 1,
    onsetSeconds: 0,
    clearSeconds: 10,
  },
}

export const capacityAlerts = [
  highCpuUsage,
  highMemoryUsage,
  diskUsageCritical,
  databaseConnectionsHigh,
  databasePoolExhausted,
]
