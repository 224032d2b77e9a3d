/**
 * What a Grafana is told (Grafana documentation, "Configure Grafana"): its file, over it `GF_*` of its environment,
 * over both `cfg:` of its command line. Some of it may stand where nobody looks.
 */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { textOf } from '../text.ts'
import { imageNameOf, isService } from './compose.ts'
import { oncePerScan } from './once.ts'
import { hiddenEnvironment } from './secrets.ts'

export interface Setting {
  /** Undefined where nobody wrote it here. */
  readonly attribute: Attribute | undefined
  readonly path: string
  /** Why it may still be set, where it is not written here. */
  readonly hidden?: string
  /** The resource in which it is judged instead. */
  readonly elsewhere?: string
}

/** True for a service that runs Grafana. */
export function isGrafana(resource: Resource): boolean {
  return isService(resource) && /^grafana(?:-oss|-enterprise)?$/.test(imageNameOf(resource) ?? '')
}

const isFile = ({ kind, type }: Resource) => kind === 'grafana' && type === 'settings'

const grafanasOf = oncePerScan(({ resources }) => ({
  services: resources.filter(isGrafana),
  files: resources.filter(isFile),
}))

/** Reads a setting of a service or of a `grafana.ini`: `auth_anonymous`, `enabled`. */
export function settingOf(
  resource: Resource,
  [section, key]: readonly [string, string],
  evidence: Evidence,
): Setting {
  const variable = `environment.${`GF_${section}_${key}`.toUpperCase()}`
  if (isFile(resource)) {
    const path = `${section}.${key}`
    const attribute = attributeOf(resource, path)
    const { services } = grafanasOf(evidence)
    const isSetByAll = services.length > 0 && services.every((each) => each.attributes.has(variable))
    return { attribute, path, ...(isSetByAll ? { elsewhere: services[0]?.address ?? '' } : {}) }
  }
  const attribute = onCommandLine(resource, section, key) ?? attributeOf(resource, variable)
  return { attribute, path: variable, ...(attribute === undefined ? whereElse(resource, evidence) : {}) }
}

function whereElse(resource: Resource, evidence: Evidence): Pick<Setting, 'hidden' | 'elsewhere'> {
  const hidden = hiddenEnvironment(resource)
  if (hidden !== undefined) return { hidden }
  if (!hasFile(resource)) return {}
  const { files } = grafanasOf(evidence)
  const [file] = files
  return file !== undefined && files.length === 1
    ? { elsewhere: file.address }
    : { hidden: 'stands in a file that is not here' }
}

/** True for a service that brings a configuration of its own. */
function hasFile(resource: Resource): boolean {
  if (attributeOf(resource, 'environment.GF_PATHS_CONFIG') !== undefined) return true
  if (/--config\b/.test(textOf(knownValueOf(resource, 'command')))) return true
  const targets = ['volumes', 'configs'].flatMap((list) =>
    childrenOf(resource, list).map((path) => textOf(knownValueOf(resource, `${path}.target`))),
  )
  return targets.some((target) => /^\/etc\/grafana\/?$|\.ini$/.test(target))
}

/** `cfg:auth.anonymous.enabled=true`; what the command line only gives as a default (`cfg:default.`) is not asked. */
function onCommandLine(resource: Resource, section: string, key: string): Attribute | undefined {
  const command = attributeOf(resource, 'command')
  const name = `cfg:${section.replaceAll('_', '.')}.${key}=`
  if (command === undefined || !command.known) return command?.known === false ? command : undefined
  const words = [command.value].flat().flatMap((word) => textOf(word).split(/\s+/))
  const found = words.find((word) => word.startsWith(name))
  return found === undefined ? undefined : { ...command, value: found.slice(name.length) }
}

/** Reads a switch as Grafana does; undefined for what is neither, which is as if nobody had written it. */
export function switchOf(value: string): boolean | undefined {
  const word = /^[^\s;#]*/.exec(value.trim())?.[0].toLowerCase() ?? ''
  if (/^(?:1|t|true|y|yes|on)$/.test(word)) return true
  return /^(?:0|f|false|n|no|off)$/.test(word) ? false : undefined
}
