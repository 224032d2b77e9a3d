/** A call to another service ends, is tried again a few times, and stops being made where nobody answers. */
import { attributeOf, childrenOf, lastSegmentOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { isAnswer, judgeAnswer } from '../read/answer.ts'
import { isService } from '../read/compose.ts'
import { mended } from '../read/mend.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'calls end after 10 s, are tried 3 times at most, and a breaker opens after 5 failures',
  'set REQUEST_TIMEOUT=10, MAX_RETRIES=3 and CIRCUIT_BREAKER_THRESHOLD=5, and read them in the client',
)

interface Switch {
  readonly name: RegExp
  readonly parameter: 'APP-21.timeout_seconds' | 'APP-21.retries' | 'APP-21.failures'
}

const switches: readonly Switch[] = [
  {
    name: /^(?:HTTP_|CLIENT_|UPSTREAM_)?(?:REQUEST_|HTTP_|CLIENT_)TIMEOUT(?:_(?:MS|MILLIS|SECONDS))?$/,
    parameter: 'APP-21.timeout_seconds',
  },
  { name: /^(?:HTTP_|REQUEST_|CLIENT_)?MAX_RETRIES$/, parameter: 'APP-21.retries' },
  { name: /^CIRCUIT_BREAKER_(?:FAILURE_)?THRESHOLD$/, parameter: 'APP-21.failures' },
]
const isBreaker = isAnswer('APP-21.breakers')

const service = (lines: string) => ({
  file: 'docker-compose.yml',
  text: `services:\n  gateway:\n    image: campus/gateway:2.4.1\n    environment:\n${lines}`,
})

const machine: Control = {
  id: 'APP-21',
  sources: ['compose', 'metrics'],
  page: {
    why: 'One slow service holds the connections of everybody who waits for it, until nothing answers any more. A bound and a breaker keep a fault where it began.',
    good: [
      service("      REQUEST_TIMEOUT: '10'\n      MAX_RETRIES: '3'\n      CIRCUIT_BREAKER_THRESHOLD: '5'\n"),
    ],
    bad: [service("      REQUEST_TIMEOUT: '120'\n")],
  },
  applies: (resource) => isService(resource) || isBreaker(resource),
  check: (resource, evidence) =>
    isBreaker(resource)
      ? judgeAnswer(judge, resource, {
          accepts: (count) => count > 0,
          says: (count) => `${count} breakers stand in front of services`,
        })
      : judgeService(resource, evidence),
}

export const control = withStatement(
  machine,
  'every client of another service has a timeout, bounded retries and a breaker',
)

function judgeService(service: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const environment = attributeOf(service, 'environment')
  if (service.attributes.has('')) return judge.unknown('nothing is known of it')
  const verdicts = childrenOf(service, 'environment').flatMap((path): Verdict[] => {
    const name = lastSegmentOf(path)
    const found = switches.find((each) => each.name.test(name))
    return found === undefined
      ? []
      : [{ ...judgeSwitch(service, { path, name, found }, evidence), part: name }]
  })
  if (verdicts.length > 0) return verdicts
  return environment?.known === false && childrenOf(service, 'environment').length === 0
    ? judge.unknown(`environment ${environment.why}`, environment)
    : judge.notApplicable('it sets none of these')
}

interface Written {
  readonly path: string
  readonly name: string
  readonly found: Switch
}

function judgeSwitch(service: Resource, { path, name, found }: Written, { parameters }: Evidence): Verdict {
  const value = attributeOf(service, path)
  if (value?.known !== true) return judge.unknown(`${name} ${value?.why ?? 'is not written'}`, value)
  const scale = /_(?:MS|MILLIS)$/.test(name) ? 1_000 : 1
  const most = parameterOf(found.parameter, 'production', parameters) * scale
  const number = Number(textOf(value.value).replace(/s$/, ''))
  const said = `${name} is ${textOf(value.value)}`
  if (!Number.isFinite(number)) return judge.unknown(said, value)
  return number > 0 && number <= most
    ? judge.pass(said, value)
    : mended(judge.fail(said, value), { set: path, to: String(most) })
}
