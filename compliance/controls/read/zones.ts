/** In how many zones something stands. */
import { attributeOf, childrenOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import type { Judge } from '../verdict.ts'
import { textOf } from '../text.ts'
import { referredBy } from './referred.ts'

/** Judges a list of subnets or of zones: they have to be at least two zones. */
export function judgeZones(
  judge: Judge,
  resource: Resource,
  { path, evidence }: { readonly path: string; readonly evidence: Evidence },
): Verdict {
  const whole = attributeOf(resource, path)
  if (whole === undefined) return { ...judge.fail(`${path} is not set`), part: path }
  const items = childrenOf(resource, path)
  const zones = items.map((item) => zoneOf(attributeOf(resource, item), resource, evidence))
  const known = new Set(zones.filter((zone) => zone !== undefined))
  if (known.size >= 2) return { ...judge.pass(`it stands in ${known.size} zones`, whole), part: path }
  const isOpen = items.some((item) => item.endsWith('.*')) || (!whole.known && items.length === 0)
  return isOpen || (items.length > 1 && zones.includes(undefined))
    ? { ...judge.unknown('in how many zones it stands is not known', whole), part: path }
    : { ...judge.fail('it stands in one zone', whole), part: path }
}

/** The zone, or what stands for it: two elements of the list of a region's zones are two zones. */
function zoneOf(item: Attribute | undefined, resource: Resource, evidence: Evidence): string | undefined {
  if (item?.known === true && /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/.test(textOf(item.value)))
    return textOf(item.value)
  const subnet = referredBy(item, resource, evidence, { types: ['aws_subnet'] })
  const zone = subnet === undefined ? undefined : attributeOf(subnet, 'availability_zone')
  if (zone?.known === true) return textOf(zone.value)
  return [zone?.identity, zone?.expression].find((text) =>
    /\baws_availability_zones\.\w+\.names\[\d+\]$/.test(text ?? ''),
  )
}
