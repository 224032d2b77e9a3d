import type { Dashboard, LabelVariable, Row } from '../model.ts'
import { chosen, gauge, like, not, rate, sumBy, unlike } from '../promql/compose.ts'
import { bars, chart, dial, now, query, stat, table, worseFrom } from '../shapes.ts'

const host = { instance: chosen('instance') }
const database = { datname: chosen('database') }
const disks = { ...host, fstype: unlike('tmpfs|overlay|squashfs|ramfs') }
const wires = { ...host, device: unlike('lo|veth.*|docker.*|br-.*') }

const hostChoice: LabelVariable = {
  name: 'instance',
  title: 'Host',
  description: 'Hosts with a node-exporter.',
  series: gauge('node_boot_time_seconds'),
  label: 'instance',
  all: '.+',
}

/** Templates and the maintenance database hold nothing of ours. */
const databaseChoice: LabelVariable = {
  name: 'database',
  title: 'Database',
  description: 'Databases of the PostgreSQL server, without its own.',
  series: gauge('pg_database_size_bytes', { datname: unlike('template.*|postgres') }),
  label: 'datname',
  all: '.+',
}

const cores = `count by (instance) (${rate('node_cpu_seconds_total', { ...host, mode: like('idle') })})`
const busy = `1 - avg by (instance) (${rate('node_cpu_seconds_total', { ...host, mode: like('idle') })})`
const memoryUsed = `1 - ${gauge('node_memory_MemAvailable_bytes', host)} / ${gauge('node_memory_MemTotal_bytes', host)}`
const diskUsed = `1 - ${gauge('node_filesystem_avail_bytes', disks)} / ${gauge('node_filesystem_size_bytes', disks)}`
const connections = sumBy([], gauge('pg_stat_activity_count'))
const connectionsMost = `max(${gauge('pg_settings_max_connections')})`

/** The thresholds of the alerts: CPU 80 %, memory 85 %, disk 85 %, connections 180 of 200. */
const cpuLevels = worseFrom(0.6, 0.8)
const memoryLevels = worseFrom(0.7, 0.85)
const diskLevels = worseFrom(0.7, 0.85)
const connectionLevels = worseFrom(0.7, 0.9)

const summary: Row = {
  title: 'Summary',
  panels: [
    dial(
      { title: 'CPU used', description: 'Processor time in use, of all cores. A ticket above 80 %.' },
      `max(${busy})`,
      { thresholds: cpuLevels },
    ),
    dial(
      {
        title: 'Memory used',
        description: 'Memory that is not available to new programs. A ticket above 85 %.',
      },
      `max(${memoryUsed})`,
      { thresholds: memoryLevels },
    ),
    dial(
      { title: 'Fullest disk', description: 'Space used on the fullest file system. Pages above 85 %.' },
      `max(${diskUsed})`,
      { thresholds: diskLevels },
    ),
    dial(
      {
        title: 'Connections used',
        description: 'Connections to PostgreSQL, of the most it accepts. A ticket above 90 %.',
      },
      `${connections} / ${connectionsMost}`,
      { thresholds: connectionLevels },
    ),
    stat(
      { title: 'PostgreSQL', description: 'Whether the exporter reaches the database.', unit: 'none' },
      `min(${gauge('pg_up')})`,
      {
        thresholds: [
          { from: null, color: 'red' },
          { from: 1, color: 'green' },
        ],
        mappings: [
          { value: '0', text: 'down', color: 'red' },
          { value: '1', text: 'up', color: 'green' },
        ],
      },
    ),
    stat(
      { title: 'Host running for', description: 'Time since the host started.', unit: 's' },
      `min(${gauge('node_time_seconds', host)} - ${gauge('node_boot_time_seconds', host)})`,
      { thresholds: [{ from: null, color: 'blue' }], decimals: 1 },
    ),
  ],
}

const compute: Row = {
  title: 'Processor and memory',
  panels: [
    chart(
      {
        title: 'CPU by mode',
        description: 'Cores in use by what for: 1 is a whole core. Steal is taken by another machine.',
        unit: 'short',
      },
      [query(sumBy(['mode'], rate('node_cpu_seconds_total', { ...host, mode: not('idle') })), '{{mode}}')],
      { stacked: true },
    ),
    chart(
      {
        title: 'Load by core',
        description: 'Programs that run or wait to, by core. Above 1 some wait.',
        unit: 'short',
      },
      [query(`${gauge('node_load1', host)} / on (instance) ${cores}`, '{{instance}}')],
      { thresholds: worseFrom(1, 2) },
    ),
    chart(
      {
        title: 'Pressure',
        description: 'Part of the time in which at least one program waited for processor, disk or memory.',
        unit: 'percentunit',
      },
      [
        query(
          sumBy(['instance'], rate('node_pressure_cpu_waiting_seconds_total', host)),
          'processor {{instance}}',
        ),
        query(sumBy(['instance'], rate('node_pressure_io_waiting_seconds_total', host)), 'disk {{instance}}'),
        query(
          sumBy(['instance'], rate('node_pressure_memory_waiting_seconds_total', host)),
          'memory {{instance}}',
        ),
      ],
    ),
    chart({ title: 'Memory', description: 'What the memory of the host is used for.', unit: 'bytes' }, [
      query(
        sumBy(
          [],
          `${gauge('node_memory_MemTotal_bytes', host)} - ${gauge('node_memory_MemAvailable_bytes', host)}`,
        ),
        'used',
      ),
      query(
        sumBy([], `${gauge('node_memory_Cached_bytes', host)} + ${gauge('node_memory_Buffers_bytes', host)}`),
        'cache',
      ),
      query(sumBy([], gauge('node_memory_MemFree_bytes', host)), 'free'),
    ]),
    chart(
      {
        title: 'Swap used',
        description: 'Memory put out to disk. When it grows the host has too little memory.',
        unit: 'bytes',
      },
      [
        query(
          `${gauge('node_memory_SwapTotal_bytes', host)} - ${gauge('node_memory_SwapFree_bytes', host)}`,
          '{{instance}}',
        ),
      ],
    ),
    chart(
      {
        title: 'Open files',
        description: 'File handles in use, of the most the host allows.',
        unit: 'percentunit',
      },
      [
        query(
          `${gauge('node_filefd_allocated', host)} / ${gauge('node_filefd_maximum', host)}`,
          '{{instance}}',
        ),
      ],
      { thresholds: worseFrom(0.7, 0.9) },
    ),
  ],
}

const storage: Row = {
  title: 'Disks and network',
  panels: [
    bars(
      {
        title: 'Space used',
        description: 'Space used on each file system. Pages above 85 %.',
        unit: 'percentunit',
      },
      [now(diskUsed, '{{mountpoint}}')],
      { thresholds: diskLevels, max: 1 },
    ),
    chart({ title: 'Disk traffic', description: 'Bytes read and written per second.', unit: 'Bps' }, [
      query(sumBy(['device'], rate('node_disk_read_bytes_total', host)), '{{device}} read'),
      query(sumBy(['device'], rate('node_disk_written_bytes_total', host)), '{{device}} written'),
    ]),
    chart(
      {
        title: 'Disk busy',
        description: 'Part of the time in which the disk had something to do.',
        unit: 'percentunit',
      },
      [query(sumBy(['device'], rate('node_disk_io_time_seconds_total', host)), '{{device}}')],
    ),
    chart(
      {
        title: 'Network traffic',
        description: 'Bytes received and sent per second, without loopback.',
        unit: 'Bps',
      },
      [
        query(sumBy(['device'], rate('node_network_receive_bytes_total', wires)), '{{device}} received'),
        query(sumBy(['device'], rate('node_network_transmit_bytes_total', wires)), '{{device}} sent'),
      ],
      { width: 24 },
    ),
  ],
}

const postgres: Row = {
  title: 'PostgreSQL',
  panels: [
    chart(
      {
        title: 'Connections by state',
        description: 'Connections to the database. Many idle in transaction hold locks for nothing.',
        unit: 'none',
      },
      [query(sumBy(['state'], gauge('pg_stat_activity_count', database)), '{{state}}')],
      { stacked: true },
    ),
    chart(
      {
        title: 'Longest transaction',
        description: 'Age of the oldest open transaction. An old one keeps dead rows from being cleared.',
        unit: 's',
      },
      [query(`max by (datname) (${gauge('pg_stat_activity_max_tx_duration', database)})`, '{{datname}}')],
      { thresholds: worseFrom(60, 300) },
    ),
    chart(
      {
        title: 'Transactions',
        description: 'Transactions per second, committed and rolled back.',
        unit: 'ops',
      },
      [
        query(sumBy(['datname'], rate('pg_stat_database_xact_commit', database)), '{{datname}} committed'),
        query(
          sumBy(['datname'], rate('pg_stat_database_xact_rollback', database)),
          '{{datname}} rolled back',
        ),
      ],
    ),
    chart(
      {
        title: 'Reads from cache',
        description: 'Blocks found in the buffer, of all read. Below 90 % the buffer is small for the data.',
        unit: 'percentunit',
      },
      [
        query(
          `${sumBy(['datname'], rate('pg_stat_database_blks_hit', database))} / (${sumBy(['datname'], rate('pg_stat_database_blks_hit', database))} + ${sumBy(['datname'], rate('pg_stat_database_blks_read', database))})`,
          '{{datname}}',
        ),
      ],
      { max: 1 },
    ),
    chart({ title: 'Rows', description: 'Rows changed per second, by kind.', unit: 'ops' }, [
      query(sumBy([], rate('pg_stat_database_tup_inserted', database)), 'inserted'),
      query(sumBy([], rate('pg_stat_database_tup_updated', database)), 'updated'),
      query(sumBy([], rate('pg_stat_database_tup_deleted', database)), 'deleted'),
    ]),
    chart(
      {
        title: 'Deadlocks and temporary files',
        description: 'Deadlocks found, and bytes per second that did not fit into working memory.',
        unit: 'short',
      },
      [
        query(sumBy(['datname'], rate('pg_stat_database_deadlocks', database)), '{{datname}} deadlocks'),
        query(
          sumBy(['datname'], rate('pg_stat_database_temp_bytes', database)),
          '{{datname}} temporary bytes',
        ),
      ],
    ),
    table(
      {
        title: 'Databases',
        description: 'Size of every database on disk.',
        unit: 'bytes',
        columns: [{ label: 'datname', title: 'Database' }],
        valueTitle: 'Size',
      },
      sumBy(['datname'], gauge('pg_database_size_bytes', database)),
    ),
    chart(
      { title: 'Locks', description: 'Locks held or waited for, by mode.', unit: 'none' },
      [query(sumBy(['mode'], gauge('pg_locks_count', database)), '{{mode}}')],
      { width: 12 },
    ),
  ],
}

/** Infrastructure: does the machine have what the campus needs, and does the database. */
export const infrastructure: Dashboard = {
  uid: 'campanile-infrastructure',
  description: 'Does the host have what the campus needs, and does PostgreSQL: use, saturation, errors.',
  tags: ['infrastructure', 'use'],
  logs: false,
  variables: [hostChoice, databaseChoice],
  rows: [summary, compute, storage, postgres],
}
