import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { describeFault } from '../../../lib/config.ts'
import { parseSlo } from '../../../rules/load/load-slos.ts'
import { slos, slosFolder } from '../generated.ts'

const availability = readFileSync(join(slosFolder, 'gateway-availability.yaml'), 'utf8')
const latency = readFileSync(join(slosFolder, 'ledger-append-latency.yaml'), 'utf8')

/** Says what is wrong with a text, with the line and the key. */
function faultsIn(source: string): string[] {
  const read = parseSlo(source, 'a.yaml')
  return 'faults' in read ? read.faults.map(describeFault) : []
}

const changed = (from: string | RegExp, to: string, source = availability) => {
  expect(source.search(from), String(from)).to.be.at.least(0)
  return faultsIn(source.replace(from, to))
}

describe('objectives', () => {
  it('exist for availability and latency of each service that people or the book wait for', () => {
    const found = slos.map(({ service, indicator }) => `${service} ${indicator.kind}`)
    const expected = ['academics', 'booking', 'gateway', 'ledger', 'users'].flatMap((service) => [
      `${service} availability`,
      `${service} latency`,
    ])
    expect(found.toSorted()).to.deep.equal(expected)
  })

  it('are read from OpenSLO v1', () => {
    expect(parseSlo(latency, 'a.yaml')).to.deep.equal({
      name: 'ledger-append-latency',
      service: 'ledger',
      description: 'Audit events that services hand to the ledger, durable in time.',
      objective: 0.99,
      windowDays: 30,
      indicator: { kind: 'latency', route: '/v1/events', thresholdSeconds: 0.1 },
    })
  })
})

describe('a faulty objective', () => {
  it('is named by file, line and key', () => {
    expect(changed('service: gateway', 'service: gatway')[0]).to.match(
      /^a\.yaml:8 spec\.service: expected one of/,
    )
  })

  it('is reported with every fault at once', () => {
    const source = availability.replace('openslo/v1', 'openslo/v2').replace('Occurrences', 'Timeslices')
    expect(faultsIn(source)).to.have.length(2)
  })

  it('is one with a key nobody knows', () => {
    expect(changed('  budgetingMethod', '  owner: nobody\n  budgetingMethod')[0]).to.include('spec.owner')
  })

  it('is one whose budget no traffic can burn fast enough', () => {
    expect(changed('target: 0.999', 'target: 0.9')[0]).to.match(
      /objectives\.0\.target: expected a budget.*14\.4/,
    )
  })

  it('is one with a period too short for its windows', () => {
    expect(changed('duration: 30d', 'duration: 7d').join()).to.include('28d to 90d')
  })

  it('is one that calls slow what no bucket tells apart', () => {
    expect(changed('atMostSeconds: 0.1', 'atMostSeconds: 0.3', latency)[0]).to.match(/a bound of the buckets/)
  })

  it('is one whose parts are of different routes', () => {
    expect(changed('route: /v1/events', 'route: /v1/other', latency)[0]).to.include('the route of total')
  })

  it('is one whose whole leaves requests out', () => {
    const source = availability.replace(/(total:[\s\S]*?metric: \S+)/, '$1\n              status: 5xx')
    expect(faultsIn(source)[0]).to.include('all requests')
  })

  it('is one with neither good nor bad', () => {
    expect(changed(/ {8}bad:[\s\S]*? {8}total:/, '        total:')[0]).to.include('either bad')
  })

  it('is one with a bad part that says nothing of failure, or a good one that says nothing of time', () => {
    expect(changed(/ +status: 5xx\n/, '')[0]).to.include('status 5xx and nothing else')
    expect(changed(/ +atMostSeconds: 0.1\n/, '', latency)[0]).to.include('atMostSeconds and nothing else')
  })

  it('is text that is no YAML', () => {
    expect(faultsIn('spec: [')[0]).to.include('(yaml)')
  })

  it('is a second document, which others would silently lose', () => {
    expect(faultsIn(`${availability}---\n${availability}`)[0]).to.include('(yaml)')
  })

  it('is one with an alias, which expands without bound', () => {
    expect(changed('target: 0.999', 'target: &a 0.999\n      displayName2: *a')[0]).to.include('no aliases')
  })
})
