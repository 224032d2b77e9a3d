import { expect } from 'chai'
import { ConfigError } from '../../lib/config.ts'
import { LocalError } from '../../compose/local/errors.ts'
import { describeCheck } from '../../compose/local/preflight/check.ts'
import { checkMemory, checkNode, judgeClock, judgeDisk } from '../../compose/local/preflight/machine.ts'
import { listeningInodes } from '../../compose/local/preflight/ports.ts'
import { databaseAccount, findAccount } from '../../compose/local/postgres/account.ts'
import { parseVersion } from '../../compose/local/postgres/binaries.ts'
import { readSettings } from '../../compose/local/settings.ts'

const gibibyte = 2 ** 30

// proc(5): sl, local address, remote address, state, …, inode in the tenth column.
const tcpTable = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1389 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 41001 1 0 100 0 0 10 0
   1: 0100007F:1389 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 41002 1 0 100 0 0 10 0
   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 41003 1 0 100 0 0 10 0
`

describe('the pre-flight', () => {
  it('finds the sockets that listen on a port and no connection to it', () => {
    expect(listeningInodes(tcpTable, 5001)).to.deep.equal(['41001'])
    expect(listeningInodes(tcpTable, 22)).to.deep.equal(['41003'])
    expect(listeningInodes(tcpTable, 80)).to.deep.equal([])
    expect(listeningInodes('', 80)).to.deep.equal([])
  })

  it('refuses a Node that is too old and says what to do', () => {
    expect(checkNode('24.1.0').verdict).to.equal('ok')
    expect(checkNode('20.20.2')).to.include({ verdict: 'fail' }).and.to.have.property('fix')
  })

  it('degrades on little memory before it refuses', () => {
    const verdicts = [4, 1, 0.5].map((size) => checkMemory(size * gibibyte).verdict)
    expect(verdicts).to.deep.equal(['ok', 'warn', 'fail'])
  })

  it('degrades on little disk before it refuses', () => {
    const verdicts = [10, 2, 0.5].map((size) => judgeDisk(size * gibibyte, '/var').verdict)
    expect(verdicts).to.deep.equal(['ok', 'warn', 'fail'])
  })

  it('refuses a clock that is behind a moment that has passed', () => {
    const passed = Date.parse('2026-11-21T00:00:00Z')
    expect(judgeClock(passed + 1, passed).verdict).to.equal('ok')
    expect(judgeClock(passed - 60_000, passed).verdict).to.equal('ok')
    expect(judgeClock(passed - 600_000, passed).verdict).to.equal('fail')
  })

  it('prints a fix below every failure', () => {
    const text = describeCheck({ name: 'ports', verdict: 'fail', found: '5001 is busy', fix: 'stop it' })
    expect(text.split('\n')).to.have.length(2)
    expect(text).to.include('fix: stop it')
  })

  it('tells a PostgreSQL server from another program of that name', () => {
    expect(parseVersion('postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n')).to.equal(15)
    expect(parseVersion('postgres (PostgreSQL) 18beta1\n')).to.equal(18)
    expect(parseVersion('some other postgres 3.1')).to.equal(undefined)
  })

  it('finds the account a database is run under', () => {
    const passwd = 'root:x:0:0:root:/root:/bin/sh\npostgres:x:101:104::/var/lib/postgresql:/bin/bash\n'
    expect(findAccount(passwd, 'postgres')).to.deep.equal({ name: 'postgres', uid: 101, gid: 104 })
    expect(findAccount(passwd, 'nobody')).to.equal(undefined)
    expect(findAccount('nobody:x:0:0::/:/bin/sh', 'nobody')).to.equal(undefined)
  })

  it('runs a database of root under an account that exists, and of anybody else under their own', () => {
    const nobody =
      'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n'
    const both = `${nobody}postgres:x:101:104::/var/lib/postgresql:/bin/bash\n`
    expect(databaseAccount(1000, '')).to.equal(undefined)
    expect(databaseAccount(0, both)?.name).to.equal('postgres')
    expect(databaseAccount(0, nobody)?.name).to.equal('nobody')
    expect(() => databaseAccount(0, 'root:x:0:0:root:/root:/bin/sh\n'))
      .to.throw(LocalError)
      .with.property('code', 'POSTGRES_MISSING')
  })

  it('reports every fault of the environment at once', () => {
    const variables = {
      CAMPANILE_POSTGRES: 'oracle',
      CAMPANILE_PORT_USERS: 'many',
      DATABASE_URL: 'mysql://host/db',
      CAMPANILE_ENVIRONMENT: 'moon',
    }
    let faults: readonly { readonly key: string }[] = []
    try {
      readSettings(variables)
    } catch (error) {
      if (error instanceof ConfigError) faults = error.faults
    }
    expect(faults.map(({ key }) => key)).to.have.members(Object.keys(variables))
  })

  it('asks for DATABASE_URL when it is told to use it', () => {
    expect(() => readSettings({ CAMPANILE_POSTGRES: 'url' })).to.throw(ConfigError)
  })
})
