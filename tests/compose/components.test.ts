import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect } from 'chai'
import { inboxEnvironment, nodeEnvironment } from '../../compose/local/components/environment.ts'
import { exporterSource } from '../../compose/local/components/engines.ts'
import { processComponents, processEnvironment, processes } from '../../compose/local/components/processes.ts'
import { targetFiles } from '../../compose/local/components/targets.ts'
import { statusLines } from '../../compose/local/commands/status.ts'
import { describeFailures, tallyStep } from '../../compose/local/commands/test.ts'
import { traceLines } from '../../compose/local/commands/trace.ts'
import { homeAt } from '../../compose/local/home.ts'
import { acceptedTokens } from '../../compose/local/secrets/tokens.ts'
import { readSettings } from '../../compose/local/settings.ts'

const settings = readSettings({
  PATH: '/usr/bin',
  CAMPANILE_HOME: '/srv/house',
  CAMPANILE_PORT_LEDGER: '9005',
  CAMPANILE_SOMETHING: 'of the operator',
  DATABASE_URL: 'postgresql://admin:secret@db.example/campanile',
  SECRET_OF_THE_SHELL: 'not for children',
})
const context = {
  settings,
  home: homeAt(settings.home),
  demo: true,
  urlOf: (role: string) => `postgresql://${role}@localhost/campanile`,
  faroAppKey: 'generated-once',
}

const environmentOf = (name: string) => {
  const own = processes.find((candidate) => candidate.name === name)
  return own === undefined ? {} : processEnvironment(own, context)
}

describe('what a child is given', () => {
  it('inherits the operator’s settings and nothing else', () => {
    const environment = nodeEnvironment(context)
    expect(environment).to.include({
      CAMPANILE_HOME: '/srv/house',
      CAMPANILE_PORT_LEDGER: '9005',
      CAMPANILE_PORT_OTLP_HTTP: '4318',
      CAMPANILE_SOMETHING: 'of the operator',
      CAMPANILE_DEMO: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    })
    expect(environment).not.to.have.any.keys('DATABASE_URL', 'SECRET_OF_THE_SHELL')
  })

  it('bounds the space for young objects, for the collector as it would bound it itself', async () => {
    const flagsOf = async (name: string) => {
      const found = processComponents(context).find((component) => component.name === name)
      return (await found?.prepare())?.args.filter((arg) => arg.includes('semi-space'))
    }
    const [, own] = /youngSpace = '(.+)'/.exec(readFileSync('collector/main.ts', 'utf8')) ?? []
    // Another bound would stay, and without one it would be started twice.
    expect(await flagsOf('collector')).to.deep.equal([own])
    expect(await flagsOf('users')).to.deep.equal(['--max-semi-space-size=4'])
  })

  it('gives every service of the app its own role and token', () => {
    for (const name of ['users', 'academics', 'booking', 'gateway']) {
      expect(environmentOf(name)).to.include({
        CAMPANILE_DATABASE_URL: `postgresql://${name}_app@localhost/campanile`,
        CAMPANILE_TOKEN_FILE: `/srv/house/secrets/${name}.token`,
        CAMPANILE_TOKENS_FILE: `/srv/house/secrets/${name}.accepted.json`,
      })
    }
    expect(environmentOf('collector')).not.to.have.any.keys('CAMPANILE_DATABASE_URL', 'CAMPANILE_TOKEN_FILE')
  })

  it('gives a keystore and its passphrase to the two that sign, each its own, and to nobody else', () => {
    const custody = processes.flatMap(({ name }) => {
      const { CAMPANILE_KEYSTORE_DIR: directory, CAMPANILE_PASSPHRASE_FILE: file } = environmentOf(name)
      return directory === undefined && file === undefined ? [] : [[name, directory, file]]
    })
    expect(custody).to.have.deep.members([
      ['ledger', '/srv/house/keystore/ledger', '/srv/house/secrets/ledger.passphrase'],
      ['gateway', '/srv/house/keystore/gateway', '/srv/house/secrets/gateway.passphrase'],
    ])
  })

  it('gives what KMS and tokens read to the ledger, where their key is named, and to nobody else', () => {
    const given = { AWS_REGION: 'eu-central-1', SOFTHSM2_CONF: '/etc/softhsm2.conf' }
    const seenBy = (name: string, named: Readonly<Record<string, string>>) => {
      const own = processes.find((candidate) => candidate.name === name) ?? expect.fail(name)
      const variables = { ...settings.variables, ...given, ...named }
      const environment = processEnvironment(own, { ...context, settings: { ...settings, variables } })
      return Object.keys(given).filter((variable) => variable in environment)
    }
    const kms = { CAMPANILE_KMS_KEY_ID: 'alias/ledger' }
    expect(seenBy('ledger', kms)).to.deep.equal(['AWS_REGION'])
    expect(seenBy('ledger', { CAMPANILE_PKCS11_MODULE: '/m.so' })).to.deep.equal(['SOFTHSM2_CONF'])
    expect(seenBy('ledger', {})).to.deep.equal([])
    for (const { name } of processes) if (name !== 'ledger') expect(seenBy(name, kms), name).to.deep.equal([])
  })

  it('gives the key of join keys to all who write them', () => {
    const told = processes.filter(({ name }) => environmentOf(name)['CAMPANILE_HMAC_KEY_FILE'] !== undefined)
    expect(told.map(({ name }) => name)).to.have.members([
      'ledger',
      'collector',
      'users',
      'academics',
      'booking',
      'gateway',
    ])
  })

  it('gives gateway and collector the same key for browsers', () => {
    const told = processes.filter(
      ({ name }) => environmentOf(name)['CAMPANILE_FARO_APP_KEY'] === 'generated-once',
    )
    expect(told.map(({ name }) => name)).to.have.members(['collector', 'gateway'])
  })

  it('gives the key of the inbox to who takes events and who sends them past Alertmanager', () => {
    const told = processes.filter(({ name }) => environmentOf(name)['CAMPANILE_INBOX_KEY_FILE'] !== undefined)
    expect(told.map(({ name }) => name)).to.have.members(['console', 'heartbeat'])
    expect(environmentOf('console')).to.include({
      CAMPANILE_CONSOLE_ACCOUNTS_FILE: '/srv/house/secrets/console.json',
      CAMPANILE_TOKEN_FILE: '/srv/house/secrets/console.token',
    })
    expect(environmentOf('console')).not.to.have.any.keys('CAMPANILE_DATABASE_URL', 'CAMPANILE_KEYSTORE_DIR')
  })

  it('scales the interval of the heartbeat as the routing scales the Watchdog', () => {
    expect(environmentOf('heartbeat')['CAMPANILE_HEARTBEAT_INTERVAL_SECONDS']).to.equal('60')
    const fast = { ...context, settings: { ...settings, timeScale: 20 } }
    expect(inboxEnvironment(fast)['CAMPANILE_HEARTBEAT_INTERVAL_SECONDS']).to.equal('3')
  })

  it('writes paths of files so that they mean the same in every folder', () => {
    const given = readSettings({ ...settings.variables, CAMPANILE_PAGERDUTY_KEY_FILE: 'pagerduty.key' })
    expect(nodeEnvironment({ ...context, settings: given })['CAMPANILE_PAGERDUTY_KEY_FILE']).to.equal(
      resolve('pagerduty.key'),
    )
  })

  it('tells passwords to none but who creates the accounts and who plays them', () => {
    const told = processes
      .map(({ name }) => name)
      .filter((name) => environmentOf(name)['CAMPANILE_DEMO_ACCOUNTS_FILE'] !== undefined)
    expect(told).to.deep.equal(['accounts', 'traffic'])
  })

  it('lets a token do only what its holder does there', () => {
    expect(acceptedTokens.ledger.gateway).to.deep.equal(['events:write'])
    expect(acceptedTokens.ledger.operator).not.to.include('events:write')
    expect(acceptedTokens.users).to.deep.equal({ gateway: ['users:verify'], drills: ['faults:write'] })
    expect(acceptedTokens.console).to.deep.equal({ drills: ['proofs:read'] })
  })

  it('leaves the demo out when it is not wanted', () => {
    const names = processComponents({ ...context, demo: false }).map(({ name }) => name)
    expect(names).to.not.include.oneOf(['seed', 'traffic'])
    expect(names).to.include.members(['ledger', 'collector', 'gateway', 'accounts'])
  })
})

describe('the connection of postgres-exporter', () => {
  it('names the socket where the address of the services has it as a parameter', () => {
    const given = 'postgresql://metrics_read:p%27w%5C@localhost/campanile?host=%2Frun%2Fcampus'
    expect(exporterSource(given)).to.equal(
      "host='/run/campus' user='metrics_read' password='p\\'w\\\\' dbname='campanile' sslmode=disable",
    )
  })

  it('asks for no TLS on this machine only', () => {
    expect(exporterSource('postgresql://a:b@127.0.0.1:5433/c')).to.match(/[?]sslmode=disable$/)
    expect(exporterSource('postgresql://a:b@db.example/c')).to.equal('postgresql://a:b@db.example/c')
    expect(exporterSource('postgresql://a:b@127.0.0.1/c?sslmode=require')).to.match(/[?]sslmode=require$/)
  })
})

describe('scrape targets', () => {
  it('name every door with metrics on its own port', () => {
    const groups = Object.values(targetFiles(settings.ports, true)).flat()
    const jobs = new Map(groups.map(({ labels, targets }) => [labels['job'], targets[0]]))
    expect(jobs.get('ledger')).to.equal('127.0.0.1:9005')
    for (const { name } of processes.filter(({ health }) => health !== 'once'))
      expect(jobs.has(name)).to.equal(true)
  })
})

describe('the tally of ./campanile test', () => {
  const failure = {
    title: 'a door answers',
    file: 'tests/door.test.ts',
    error: 'Error: no\n    at door.test.ts:3',
  }
  const count = (passes: number, failures = 0, pending = 0) => ({
    passes,
    failures,
    pending,
    failed: Array.from({ length: failures }, () => failure),
  })

  it('sums the runs of a step', () => {
    expect(tallyStep([count(3), count(4, 1)], 1)).to.deep.equal({
      tally: { passed: 7, failed: 1 },
      failed: [failure],
    })
  })

  it('says again what failed: step, test, file and the beginning of the error', () => {
    const error = ['Error: no', ...Array.from({ length: 50 }, (_, at) => `    at line ${at}`)].join('\n')
    const said = describeFailures('ledger', [{ ...failure, error }], 'left out 1 test(s)')
    expect(said).to.have.length(2)
    expect(said[0]?.split('\n').slice(0, 4)).to.deep.equal([
      'ledger: a door answers',
      '  tests/door.test.ts',
      '  Error: no',
      '      at line 0',
    ])
    expect(said[0]?.split('\n')).to.have.length(14)
    expect(said[1]).to.equal('ledger: left out 1 test(s)')
    expect(describeFailures('ledger', [], undefined)).to.deep.equal([])
  })

  it('counts a step that ran nothing as a failure', () => {
    expect(tallyStep([], 0).tally).to.deep.equal({ passed: 0, failed: 1 })
    expect(tallyStep([count(0)], 0).tally.failed).to.equal(1)
  })

  it('counts tests that were left out as a failure', () => {
    expect(tallyStep([count(3, 0, 1)], 0).tally).to.deep.equal({ passed: 3, failed: 1 })
  })

  it('counts a failure beside the tests', () => {
    expect(tallyStep([count(3)], 2).tally).to.deep.equal({ passed: 3, failed: 1 })
  })
})

describe('what people read', () => {
  it('shows spans as a tree by time, also when a parent is missing or its own child', () => {
    const span = (spanId: string, parentSpanId: string | undefined, at: string) => ({
      spanId,
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
      name: `span ${spanId}`,
      service: 'gateway',
      startTimeUnixNano: `100000000${at}000000`,
      endTimeUnixNano: `100000000${at}500000`,
    })
    const lines = traceLines(
      [
        span('c', 'a', '3'),
        span('a', undefined, '1'),
        span('b', 'a', '2'),
        span('x', 'lost', '4'),
        span('s', 's', '5'),
      ],
      [],
    )
    expect(lines.map((line) => /( *)span (.)/.exec(line.slice(34))?.[2])).to.deep.equal(['a', 'b', 'c', 'x'])
    expect(lines[1]).to.include('+1.00 ms').and.to.include('0.50 ms')
  })

  it('says ready time, memory and how it was measured', () => {
    const lines = statusLines(
      {
        state: 'degraded',
        pid: 7,
        home: '/srv/house',
        startedAt: '2026-11-21T00:00:00.000Z',
        readyMillis: 12_345,
        rssBytes: 700e6,
        pssBytes: 600e6,
        components: [
          {
            name: 'users',
            state: 'restarting',
            restarts: 2,
            lastExit: 'was ended by SIGKILL',
            reason: 'was ended by SIGKILL',
            nextTry: '2026-11-21T00:01:00.000Z',
            ports: [8002],
            rssBytes: 0,
            pssBytes: 0,
          },
        ],
      },
      new Date('2026-11-21T00:00:30Z'),
    ).join('\n')
    expect(lines).to.include('12.3 s').and.to.include('600 MB PSS').and.to.include('700 MB plain RSS')
    expect(lines).to.include('SIGKILL').and.to.include('next try')
  })
})
