/** Databases, caches and proxies are watched too, by an exporter that Prometheus asks. */
import { knownValueOf, type Evidence, type Json, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { imageNameOf, imagesBeside, isService } from '../read/compose.ts'
import { oncePerFile } from '../read/neighbours.ts'
import { oncePerScan } from '../read/once.ts'
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
  const [name] = kind
  const { exporters, hasPrometheus } = watchedBy(service, evidence)
  const jobs = jobsOf(evidence)
  const isWatched = jobs.length > 0 || hasPrometheus
  if (!isWatched) return judge.notApplicable('no Prometheus is part of the project')
  const exporter = exporters.get(name)
  if (exporter !== undefined) return judge.pass(`${exporter.name} stands beside it`)
  const job = jobsByKind(evidence).get(name)
  if (job !== undefined) return judge.pass(`the job ${job.name} scrapes it`)
  if (imagesBeside(service, evidence).isOpen) {
    return judge.unknown('which images stand beside it is not known')
  }
  return judge.fail(`no exporter for ${name} stands beside it, and no scrape job names it`)
}

/** Exporters of a project by what they are for, and whether somebody asks them. */
const watchedBy = oncePerFile((of, evidence) => {
  const { named } = imagesBeside(of, evidence)
  const exporting = named.filter(({ image }) => /export/.test(image))
  const found = kinds.flatMap(([name, , word]) => {
    const first = exporting.find(({ image }) => word.test(image))
    return first === undefined ? [] : [[name, first.service] as const]
  })
  const hasPrometheus = named.some(({ image }) => /^(?:prometheus|vmagent|alloy)$/.test(image))
  return { exporters: new Map<string, Resource>(found), hasPrometheus }
})

const jobsByKind = oncePerScan((evidence) => {
  const found = kinds.flatMap(([name, , word]) => {
    const first = jobsOf(evidence).find(({ text }) => word.test(text))
    return first === undefined ? [] : [[name, first] as const]
  })
  return new Map<string, Job>(found)
})

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
