/** Records of production are in a database, on storage that outlives the container. */
import { attributeOf, childrenOf, knownValueOf, lastSegmentOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isService } from '../read/compose.ts'
import { dataOf, isDatabaseImage } from '../read/database-image.ts'
import { isPodHolder, judgePodData, podOf } from '../read/pod-data.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'no SQLite in production, and the data of databases on a volume that has a name',
  'use PostgreSQL, and mount a named volume (in Kubernetes a persistent volume claim) where the data lies',
)

const database = (lines: string) => ({
  file: 'docker-compose.yml',
  text: `services:\n  postgres:\n    image: postgres:17.5\n${lines}`,
})

export const control: Control = {
  id: 'DBS-20',
  page: {
    why: 'What lies in the container is gone when it is replaced, which every update does; and SQLite has one writer and no rights.',
    good: [database('    volumes:\n      - database:/var/lib/postgresql/data\nvolumes:\n  database: {}\n')],
    bad: [database('    environment:\n      POSTGRES_USER: campus\n')],
  },
  sources: ['compose', 'kubernetes'],
  applies: (resource) => isService(resource) || isPodHolder(resource),
  check: (resource) => (isService(resource) ? judgeService(resource) : judgePod(resource)),
}

/** Names that choose a database. */
const chooses = /^(\w+_)?(DATABASE|DB)(_(TYPE|ENGINE|CLIENT|DRIVER|DIALECT|CONNECTION|URL|URI|PATH|FILE))?$/i
const lite = /^(sqlite3?|better-sqlite3)$|^sqlite[\w+]*:|^file:|\.(db|sqlite3?)$/i

function judgeService(service: Resource): Verdict {
  const whole = attributeOf(service, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  if (isForDevelopment(service)) return judge.notApplicable('it is for development')
  const variables = childrenOf(service, 'environment').map((path) => ({ name: lastSegmentOf(path), path }))
  const verdicts = variables
    .filter(({ name }) => chooses.test(name))
    .map(({ path }) => judgeVariable(service, path))
  const image = textOf(knownValueOf(service, 'image'))
  if (isDatabaseImage(image)) verdicts.push(judgeData(service, image))
  return worstOf(verdicts, judge.notApplicable('it names no database and is none'))
}

function isForDevelopment(service: Resource): boolean {
  const names = ['NODE_ENV', 'ENVIRONMENT', 'APP_ENV', 'FLASK_ENV', 'RAILS_ENV']
  const said = names
    .map((name) => textOf(knownValueOf(service, `environment.${name}`)))
    .find((text) => text !== '')
  if (said !== undefined) return /^(dev|development|test|testing|local)$/i.test(said)
  return /[.-](dev|development|test|local)\.ya?ml$/i.test(service.position.file)
}

function judgeVariable(resource: Resource, path: string): Verdict {
  const value = attributeOf(resource, path)
  const name = lastSegmentOf(path)
  if (value?.known !== true) return judge.unknown(`${name} ${value?.why ?? 'is not told'}`, value)
  // The value may hold a password: only what kind of database it names is said.
  return lite.test(textOf(value.value).trim())
    ? judge.fail(`${name} names SQLite`, value)
    : judge.pass(`${name} names a server`, value)
}

function judgeData(service: Resource, image: string): Verdict {
  const folders = dataOf(image)
  const isThere = (target: string) =>
    folders.some(
      (folder) => target === folder || target.startsWith(`${folder}/`) || folder.startsWith(`${target}/`),
    )
  const mounts = childrenOf(service, 'volumes').map((path) => ({
    whole: attributeOf(service, path),
    target: attributeOf(service, `${path}.target`),
    source: attributeOf(service, `${path}.source`),
    type: knownValueOf(service, `${path}.type`),
  }))
  const own = mounts.find(({ target }) => target?.known === true && isThere(textOf(target.value)))
  if (own !== undefined) {
    if (own.type === 'tmpfs') return judge.fail('its data is in memory', own.target)
    return own.source === undefined
      ? judge.fail('the volume of its data has no name', own.target)
      : judge.pass('its data is on a volume', own.target)
  }
  const all = attributeOf(service, 'volumes')
  const hidden = mounts.find(({ target, whole }) =>
    target === undefined ? whole?.known === false : !target.known,
  )
  return hidden !== undefined || (all?.known === false && mounts.length === 0)
    ? judge.unknown('where its data lies is not known', all)
    : judge.fail('its data lies in the container')
}

function judgePod(resource: Resource): Verdict {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  const containers = childrenOf(resource, `${podOf(resource)}.containers`)
  const verdicts = containers.flatMap((container) => {
    const variables = childrenOf(resource, `${container}.env`).filter((path) =>
      chooses.test(textOf(knownValueOf(resource, `${path}.name`))),
    )
    const image = textOf(knownValueOf(resource, `${container}.image`))
    return [
      ...variables
        .filter((path) => attributeOf(resource, `${path}.value`) !== undefined)
        .map((path) => judgeVariable(resource, `${path}.value`)),
      ...(isDatabaseImage(image)
        ? [judgePodData(judge, resource, { container, folders: dataOf(image) })]
        : []),
    ]
  })
  return worstOf(verdicts, judge.notApplicable('it names no database and is none'))
}
