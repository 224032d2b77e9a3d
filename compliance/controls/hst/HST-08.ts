/** The engine of containers listens to nobody it does not know, and keeps containers apart. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { isFalse, isTrue, judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'no TCP socket without TLS, live-restore on, icc off, userns-remap set',
  'write daemon.json with "icc": false, "live-restore": true, "userns-remap": "default" and no tcp:// in hosts',
)
const isDaemon = ({ kind, type }: Resource) => kind === 'repository' && type === 'docker_daemon'
const isUnit = ({ kind, type }: Resource) => kind === 'repository' && type === 'docker_unit'

const machine: Control = {
  id: 'HST-08',
  sources: ['repository'],
  applies: (resource) => isDaemon(resource) || isUnit(resource),
  check: (resource) => (isUnit(resource) ? judgeUnit(resource) : judgeDaemon(resource)),
  page: {
    why: 'An engine that listens on a port without asking who is there hands the host to whoever finds the port.',
    good: [
      {
        file: 'host/daemon.json',
        text: '{\n  "icc": false,\n  "live-restore": true,\n  "userns-remap": "default"\n}\n',
      },
    ],
    bad: [
      {
        file: 'host/daemon.json',
        text: '{\n  "hosts": ["fd://", "tcp://0.0.0.0:2375"]\n}\n',
      },
    ],
  },
}

export const control = withStatement(
  machine,
  'an agent on every node checked that its engine has no TCP socket without TLS, live-restore on and icc off',
)

function judgeDaemon(resource: Resource): readonly Verdict[] {
  const rule = (path: string, accepts: typeof isTrue, to: boolean | string) => {
    const verdict = judgeValue(judge, resource, { path, accepts, absent: 'fail' })
    return { ...mended(verdict, { set: path, to }), part: path }
  }
  return [
    { ...judgeSockets(resource), part: 'hosts' },
    rule('icc', isFalse, false),
    rule('live-restore', isTrue, true),
    // An empty text turns it off.
    rule('userns-remap', (value) => textOf(value) !== '', 'default'),
  ]
}

function judgeSockets(resource: Resource): Verdict {
  const hosts = attributeOf(resource, 'hosts')
  if (hosts === undefined) return judge.pass('it listens on its socket only')
  if (!hosts.known) return judge.unknown(`hosts ${hosts.why}`, hosts)
  const open = [hosts.value]
    .flat()
    .map((each) => textOf(each))
    .find((each) => each.startsWith('tcp://'))
  if (open === undefined) return judge.pass('it listens on no port', hosts)
  const verify = attributeOf(resource, 'tlsverify')
  if (verify?.known === false) return judge.unknown(`tlsverify ${verify.why}`, verify)
  return verify !== undefined && isTrue(verify.value)
    ? judge.pass('it asks for a certificate', verify)
    : judge.fail(`${open} without tlsverify`, hosts)
}

/** Options of the command add to what daemon.json says. */
function judgeUnit(resource: Resource): Verdict {
  const command = attributeOf(resource, 'command')
  if (command?.known !== true) return judge.unknown(`its command ${command?.why ?? 'is not known'}`, command)
  const words = childrenOf(resource, 'command').map((path) => textOf(knownValueOf(resource, path)))
  const streams = childrenOf(resource, 'listen').map((path) => textOf(knownValueOf(resource, path)))
  const open = [
    ...words.filter((word) => /^(?:(?:-H|--host)=?)?tcp:\/\//.test(word)),
    ...streams.filter((stream) => /^(?:[\d.]+:|\[[\da-f:]+\]:)?\d+$/i.test(stream)),
  ]
  if (open.length === 0) return judge.notApplicable('it opens no port', command)
  return words.some((word) => /^--tlsverify(?:=true)?$/.test(word))
    ? judge.pass('it asks for a certificate', command)
    : judge.fail(`${open.join(', ')} without --tlsverify`, command)
}
