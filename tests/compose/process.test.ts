import { expect } from 'chai'
import { createBackOff } from '../../compose/local/process/back-off.ts'
import { confine } from '../../compose/local/process/confine.ts'
import { familyOf, parseRollup, parseStat } from '../../compose/local/process/proc.ts'

const account = { name: 'postgres', uid: 101, gid: 104 }

describe('the back-off', () => {
  it('doubles from half a second to thirty seconds', () => {
    const backOff = createBackOff()
    const waits = Array.from({ length: 9 }, () => backOff.next(0))
    expect(waits).to.deep.equal([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('starts anew after a minute of health', () => {
    const backOff = createBackOff()
    backOff.next(0)
    backOff.next(59_999)
    expect(backOff.next(60_000)).to.equal(500)
  })
})

describe('confinement', () => {
  it('lets the kernel end a child with its parent', () => {
    const command = confine('/bin/true', ['-x'], { setpriv: '/usr/bin/setpriv', deathSignal: 'KILL' })
    expect(command).to.deep.equal({
      file: '/usr/bin/setpriv',
      args: ['--pdeathsig=KILL', '--', '/bin/true', '-x'],
    })
  })

  it('drops privileges before the child starts', () => {
    const { args } = confine('/bin/true', [], { setpriv: '/usr/bin/setpriv', deathSignal: 'INT', account })
    expect(args).to.include.members(['--reuid=101', '--regid=104', '--clear-groups', '--pdeathsig=INT'])
  })

  it('drops privileges where there is no setpriv', () => {
    const command = confine('/bin/true', [], { setpriv: undefined, deathSignal: 'INT', account })
    expect(command).to.deep.equal({ file: '/bin/true', args: [], uid: 101, gid: 104 })
  })
})

describe('/proc', () => {
  it('reads a process whose name looks like the fields after it', () => {
    const rest = 'S 7 7 7 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 8675309 0'
    expect(parseStat(`42 (a) Z 1 (b) ${rest}`)).to.deep.equal({
      pid: 42,
      parent: 7,
      state: 'S',
      startTime: '8675309',
    })
    expect(parseStat('42')).to.equal(undefined)
  })

  it('reads shared and proportional memory', () => {
    expect(parseRollup('Rss:     2048 kB\nPss:      1024 kB\nPss_Dirty: 1 kB\n')).to.deep.equal({
      rssBytes: 2_097_152,
      pssBytes: 1_048_576,
    })
  })

  it('finds all descendants and nobody else', () => {
    const process = (pid: number, parent: number) => ({ pid, parent, state: 'S', startTime: '1' })
    const all = [process(2, 1), process(3, 2), process(4, 3), process(5, 1)]
    expect(familyOf(2, all)).to.deep.equal([2, 3, 4])
  })
})
