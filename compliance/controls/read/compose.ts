/** How controls read Compose services: images, published ports, environment. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Attribute,
  type Evidence,
  type Json,
  type Resource,
} from '../../evidence.ts'
import type { Mend } from '../control.ts'
import { textOf } from '../text.ts'
import { inFile, oncePerFile } from './neighbours.ts'

/** True for a service of a Compose file. */
export function isService({ kind, type }: Resource): boolean {
  return kind === 'compose' && type === 'service'
}

/** True for a service whose successful end another one waits for: it runs once. */
export function isAwaited(resource: Resource, evidence: Evidence): boolean {
  return awaitedIn(resource, evidence).has(resource.name)
}

const awaitedIn = oncePerFile((of, evidence) => {
  const services = inFile(evidence, of).filter(isService)
  const awaited = services.flatMap((service) =>
    childrenOf(service, 'depends_on')
      .filter((path) => knownValueOf(service, `${path}.condition`) === 'service_completed_successfully')
      .map(lastSegmentOf),
  )
  return new Set(awaited)
})

/** What stands in the same file: the names of images, and whether some are not known. */
export const imagesBeside = oncePerFile((of, evidence) => {
  const services = inFile(evidence, of).filter(isService)
  const named = services.map((service) => ({ service, image: imageNameOf(service) ?? '' }))
  return { named, isOpen: services.some((each) => attributeOf(each, 'image')?.known === false) }
})

/** Takes `postgres` from `docker.io/library/postgres:16@sha256:…`; undefined when the image is not known. */
export function imageNameOf(resource: Resource): string | undefined {
  const image = knownValueOf(resource, 'image')
  if (typeof image !== 'string') return undefined
  const path = (image.split('@')[0] ?? '').replace(/:[\w][\w.-]*$/, '')
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase()
}

export interface Publication {
  readonly path: string
  readonly attribute: Attribute
  /** Where the port can be reached from. */
  readonly reach: 'everywhere' | 'host' | 'unknown'
  /** Ports inside the container, both inclusive; undefined where they cannot be told. */
  readonly targets: { readonly first: number; readonly last: number } | undefined
}

/** Lists the ports a service publishes on the host. */
export function publicationsOf(resource: Resource): Publication[] {
  return childrenOf(resource, 'ports').flatMap((path) => {
    const attribute = attributeOf(resource, path)
    if (attribute === undefined) return []
    const targets = intervalOf(knownValueOf(resource, `${path}.target`))
    return [{ path, attribute, reach: reachOf(resource, path), targets }]
  })
}

/**
 * Tells what a service in the network of the host listens on: every interface, published or not, unless it is told
 * the loopback.
 */
export function hostReachOf(resource: Resource): 'none' | 'loopback' | 'everywhere' | 'unknown' {
  const mode = attributeOf(resource, 'network_mode')
  if (mode?.known === false) return 'unknown'
  if (textOf(mode?.value) !== 'host') return 'none'
  const command = attributeOf(resource, 'command')
  if (command?.known === false) return 'unknown'
  const isTold = childrenOf(resource, 'environment').some(
    (path) =>
      /(LISTEN|BIND|HTTP_ADDR)/i.test(lastSegmentOf(path)) &&
      /^(127\.|localhost\b|\[?::1)/.test(textOf(knownValueOf(resource, path))),
  )
  return isTold || onLoopbackAlone.test(textOf(command?.value)) ? 'loopback' : 'everywhere'
}

/** `--bind 127.0.0.1`, `listen_addresses=localhost`, `--web.listen-address=127.0.0.1:9090`, in one text or in several. */
const onLoopbackAlone = /(?:bind|listen)[\w.-]{0,40}["',=\s]{1,6}(?:127\.|localhost\b|\[?::1)/

/** Edits that publish a port on the loopback only; none where what is published is not known. */
export function onLoopback(resource: Resource, { path }: Publication): readonly Mend[] {
  const part = (name: string) => textOf(knownValueOf(resource, `${path}.${name}`))
  const [target, published, protocol] = [part('target'), part('published'), part('protocol')]
  if (!/^[\d-]+$/.test(target) || !/^[\d-]*$/.test(published) || part('host_ip').includes(':')) return []
  const suffix = protocol === '' || protocol === 'tcp' ? '' : `/${protocol}`
  return [{ set: path, to: `127.0.0.1:${published}:${target}${suffix}` }]
}

/** Reads `5432` or `5432-5433`. */
function intervalOf(value: Json | undefined): Publication['targets'] {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(textOf(value)) ?? []
  return first === undefined ? undefined : { first: Number(first), last: Number(last) }
}

function reachOf(resource: Resource, path: string): Publication['reach'] {
  const host = attributeOf(resource, `${path}.host_ip`)
  const whole = attributeOf(resource, path)
  if (host === undefined)
    return whole?.known === false && childrenOf(resource, path).length === 0 ? 'unknown' : 'everywhere'
  if (!host.known) return 'unknown'
  return /^(127\.|::1$|localhost$)/.test(textOf(host.value)) ? 'host' : 'everywhere'
}

/** Images that keep data. */
const stores =
  /^(postgres|postgresql|postgis|timescaledb|pgvector|mysql|mariadb|mongo|mongodb|redis|valkey|memcached|elasticsearch|opensearch|etcd|cassandra|influxdb|clickhouse-server|couchdb|neo4j|mssql)(-|$)/

/** True when the image is that of a database, cache or search engine. */
export function isStore(resource: Resource): boolean {
  const name = imageNameOf(resource)
  return name !== undefined && stores.test(name) && !/exporter/.test(name)
}

/** Images of pages and interfaces for operators. */
const consoles =
  /^(prometheus|grafana|alertmanager|pgadmin4?|minio|adminer|phpmyadmin|kibana|jaeger|all-in-one|loki|tempo|mimir|node-exporter|postgres-exporter|cadvisor|redis-commander|mongo-express|portainer|portainer-ce|rabbitmq|flower|kafka-ui|otelcol|opentelemetry-collector|opentelemetry-collector-contrib)(-|$)/

/** True for a name that such an interface goes by: of a door, a service of Kubernetes, an image. */
export function isConsoleName(name: string): boolean {
  return consoles.test(name.toLowerCase())
}

/** True when the image is that of a monitoring or administration interface. */
export function isConsole(resource: Resource): boolean {
  const name = imageNameOf(resource)
  return name !== undefined && consoles.test(name)
}
