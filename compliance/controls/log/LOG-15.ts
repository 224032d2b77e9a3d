/** Containers send their logs to a place that outlives them. */
import { attributeOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { imagesBeside, isService } from '../read/compose.ts'
import { oncePerFile } from '../read/neighbours.ts'
import { containersOf, ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'logs go to a central place: by the log driver, or by a collector beside the services',
  'set logging.driver (awslogs, loki, fluentd, …) or add a collector such as Alloy',
)

const central =
  /^(?:awslogs|awsfirelens|fluentd|gelf|syslog|splunk|gcplogs|etwlogs|logentries|journald-remote|loki|grafana\/loki-docker-driver.*)$/
const collectors =
  /^(?:promtail|alloy|grafana-agent|fluent-bit|fluentd|vector|filebeat|elastic-agent|logstash|otelcol.*|opentelemetry-collector.*|datadog-agent)$/

export const control: Control = {
  id: 'LOG-15',
  sources: ['terraform', 'compose', 'ecs'],
  page: {
    why: 'The log of a container goes when the container does, and with it the reason why it went.',
    good: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  app:\n    image: campus/app:1.0.0\n    logging:\n      driver: fluentd\n',
      },
    ],
    bad: [{ file: 'docker-compose.yml', text: 'services:\n  app:\n    image: campus/app:1.0.0\n' }],
  },
  applies: (resource) => isService(resource) || isTask(resource),
  check: (resource, evidence) =>
    isService(resource) ? judgeService(resource, evidence) : judgeContainers(resource),
}

function isTask(resource: Resource): boolean {
  return (
    ofType('aws_ecs_task_definition')(resource) ||
    (resource.kind === 'ecs' && resource.type === 'task_definition')
  )
}

function judgeService(service: Resource, evidence: Evidence): Verdict {
  const driver = attributeOf(service, 'logging.driver')
  if (driver?.known === true && central.test(textOf(driver.value))) {
    return judge.pass(`logging.driver is ${textOf(driver.value)}`, driver)
  }
  if (hasCollector(service, evidence)) {
    return judge.pass('a collector stands beside it')
  }
  const hidden = driver?.known === false ? driver : attributeOf(service, 'logging')
  if (hidden?.known === false) return judge.unknown(hidden.why, hidden)
  if (imagesBeside(service, evidence).isOpen) {
    return judge.unknown('which images stand beside it is not known')
  }
  return driver === undefined
    ? judge.fail('logging.driver is not set, and no collector stands beside it')
    : judge.fail(`logging.driver is ${textOf(knownValueOf(service, 'logging.driver'))}`, driver)
}

const hasCollector = oncePerFile((of, evidence) =>
  imagesBeside(of, evidence).named.some(({ image }) => collectors.test(image)),
)

function judgeContainers(task: Resource): Verdict | readonly Verdict[] {
  const containers = containersOf(task)
  const whole = attributeOf(task, 'container_definitions')
  if (containers.length === 0) {
    return judge.unknown(whole?.known === false ? whole.why : 'no containers are known', whole)
  }
  return containers.map((path): Verdict => {
    const driver = attributeOf(task, `${path}.logConfiguration.logDriver`)
    return { ...judgeDriver(driver), part: path }
  })
}

function judgeDriver(driver: ReturnType<typeof attributeOf>): Verdict {
  if (driver === undefined) return judge.fail('logConfiguration is not set')
  if (!driver.known) return judge.unknown(driver.why, driver)
  const found = `logDriver is ${textOf(driver.value)}`
  return central.test(textOf(driver.value)) ? judge.pass(found, driver) : judge.fail(found, driver)
}
