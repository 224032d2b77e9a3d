/** Databases, caches and proxies are watched too, by an exporter that Prometheus asks. */
import { attributeOf, knownValueOf, type Evidence, type Json, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { imageNameOf, isService } from '../read/compose.ts'
import { inFile } from '../read/neighbours.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'an exporter of its kind stands beside it, or a scrape job names it',
  'add an exporter (postgres-exporter, redis_exporter, nginx-prometheus-exporter) and a scrape job for it',
)

export const control: Control = {
  id: 'MON-12',
  sources: ['prometheus', 'compose'],
  page: {
    why: 'Application metrics say that the database is slow, not why. What nobody scrapes is seen when it fails.',
    good: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  prometheus:\n    image: prom/prometheus:v3.4.1\n  db:\n    image: postgres:17.5\n  exporter:\n    image: quay.io/prometheuscommunity/postgres-exporter:v0.17.1\n',
      },
    ],
    bad: [
      {
        file: 'docker-compose.yml',
        text: 'services:\n  prometheus:\n    image: prom/prometheus:v3.4.1\n  db:\n    image: postgres:17.5\n',
      },
    ],
  },
  applies: (resource) => isService(resource) && kindOf(resource) !== undefined,
  check: judgeService,
}

/** What each kind is called in images, jobs and exporters. */
const kinds = [
  ['postgres', /^(?:postgres|postgresql|postgis|timescaledb|pgvector)$/, /postgres|\bpg\b|pgexporter/i],
  ['redis', /^(?:redis|valkey|keydb)$/, /redis|valkey/i],
  ['nginx', /^(?:nginx|nginx-unprivileged|openresty)$/, /nginx/i],
  ['mysql', /^(?:mysql|mariadb|percona-server)$/, /mysql|mariadb/i],
  ['mongo', /^(?:mongo|mongodb)$/, /mongo/i],
  ['rabbitmq', /^rabbitmq$/, /rabbit/i],
] as const

function kindOf(service: Resource) {
  const image = imageNameOf(service)
  return image === undefined ? undefined : kinds.find(([, pattern]) => pattern.test(image))
}

function judgeService(service: Resource, evidence: Evidence): Verdict {
  const kind = kindOf(service)
  if (kind === undefined) return judge.notApplicable('it needs no exporter')
  const [name, , word] = kind
  const beside = inFile(evidence, service).filter(isService)
  const jobs = jobsOf(evidence)
  const isWatched =
    jobs.length > 0 || beside.some((each) => /^(?:prometheus|vmagent|alloy)$/.test(imageNameOf(each) ?? ''))
  if (!isWatched) return judge.notApplicable('no Prometheus is part of the project')
  const exporter = beside.find(
    (each) => /export/.test(imageNameOf(each) ?? '') && word.test(imageNameOf(each) ?? ''),
  )
  if (exporter !== undefined) return judge.pass(`${exporter.name} stands beside it`)
  const job = jobs.find(({ text }) => word.test(text))
  if (job !== undefined) return judge.pass(`the job ${job.name} scrapes it`)
  if (beside.some((each) => attributeOf(each, 'image')?.known === false)) {
    return judge.unknown('which images stand beside it is not known')
  }
  return judge.fail(`no exporter for ${name} stands beside it, and no scrape job names it`)
}

interface Job {
  readonly name: string
  readonly text: string
}

/** Evidence never changes: the texts of its jobs are put together once. */
const known = new WeakMap<Evidence, readonly Job[]>()

function jobsOf(evidence: Evidence): readonly Job[] {
  const before = known.get(evidence)
  if (before !== undefined) return before
  const jobs = evidence.resources
    .filter(({ kind, type }) => kind === 'prometheus' && type === 'scrape_job')
    .map((job) => ({ name: job.name, text: `${job.name} ${textOf(targetsOf(job))}` }))
  known.set(evidence, jobs)
  return jobs
}

function targetsOf(job: Resource): Json {
  return knownValueOf(job, 'static_configs') ?? ''
}
