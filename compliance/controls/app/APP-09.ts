/** Pages of others read answers only where they are listed. */
import { attributeOf, childrenOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { doorExample, nginxExample } from '../read/door-example.ts'
import { isDoor, whyNoPage } from '../read/door.ts'
import { whyOpen } from '../read/nginx-limits.ts'
import { addedHeader, isLocation } from '../read/nginx.ts'
import { ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'only listed origins may read answers: never *, null, or whatever origin asks',
  'compare Origin with a list and answer with that entry alone',
)

const name = 'access-control-allow-origin'
const isResource = ofType(
  'aws_s3_bucket_cors_configuration',
  'aws_apigatewayv2_api',
  'aws_lambda_function_url',
)
const answers = (origin: string) =>
  doorExample(
    {},
    { foreign_origin: { status: 204, header: { [name]: origin } }, null_origin: { status: 204, header: {} } },
  )

export const control: Control = {
  id: 'APP-09',
  sources: ['http', 'nginx', 'terraform'],
  page: {
    why: 'A door that answers every origin lets any page a student opens read their grades with the student’s own session.',
    good: [
      doorExample(
        {},
        { foreign_origin: { status: 403, header: {} }, null_origin: { status: 403, header: {} } },
      ),
      nginxExample('', '      add_header Access-Control-Allow-Origin https://portal.campus.example always;'),
    ],
    bad: [
      answers('https://stranger.example'),
      nginxExample('', '      add_header Access-Control-Allow-Origin $http_origin always;'),
    ],
  },
  applies: (resource) => isDoor(resource) || isLocation(resource) || isResource(resource),
  check: (resource) => {
    if (isDoor(resource)) return judgeDoor(resource)
    return isLocation(resource) ? judgeLocation(resource) : judgeOrigins(resource)
  },
}

function judgeDoor(door: Resource): readonly Verdict[] {
  const why = whyNoPage(door)
  if (why !== undefined) return [judge.unknown(why)]
  return (['foreign_origin', 'null_origin'] as const).map((probe): Verdict => {
    const status = attributeOf(door, `${probe}.status`)
    if (status?.known !== true)
      return { ...judge.unknown(status?.why ?? `${probe} was not asked`), part: probe }
    const allowed = knownValueOf(door, `${probe}.header.${name}`)
    const asked = probe === 'null_origin' ? 'null' : 'https://stranger.example'
    const isOpen = allowed === '*' || allowed === asked
    return {
      ...(isOpen
        ? judge.fail(`it answers ${asked} with ${textOf(allowed)}`)
        : judge.pass(`it does not open for ${asked}`)),
      part: probe,
    }
  })
}

function judgeLocation(location: Resource): Verdict {
  const open = whyOpen(location)
  if (location.attributes.has('')) return judge.unknown(open ?? 'nothing is known of it')
  const header = addedHeader(location, name)
  if (header === undefined) {
    return open === undefined ? judge.notApplicable('it opens for no other origin') : judge.unknown(open)
  }
  const value = header.value.replace(/^["']|["']$/g, '')
  if (value === '*' || value === 'null' || /\$(?:http_origin|http_referer)\b/.test(value)) {
    return judge.fail(`it answers with ${value}`, header.at)
  }
  return value.includes('$')
    ? judge.unknown(`${value} is decided when somebody asks`, header.at)
    : judge.pass(`it answers with ${value}`, header.at)
}

function judgeOrigins(resource: Resource): Verdict | readonly Verdict[] {
  if (resource.attributes.has('')) return judge.unknown('nothing is known of it')
  const holders =
    resource.type === 'aws_s3_bucket_cors_configuration'
      ? childrenOf(resource, 'cors_rule').map((path) => `${path}.allowed_origins`)
      : ['cors_configuration.0.allow_origins', 'cors.0.allow_origins']
  const found = holders.flatMap((path): [string, Attribute][] => {
    const attribute = attributeOf(resource, path)
    return attribute === undefined ? [] : [[path, attribute]]
  })
  if (found.length === 0) return judge.notApplicable('it opens for no other origin')
  return found.map(([path, attribute]) => {
    const values = childrenOf(resource, path).map((each) => textOf(knownValueOf(resource, each)))
    if (values.some((value) => value === '*' || value === 'http://*' || value === 'https://*')) {
      return { ...judge.fail('it opens for every origin', attribute), part: path }
    }
    return {
      ...(attribute.known
        ? judge.pass('its origins are listed', attribute)
        : judge.unknown(`its origins ${attribute.why}`, attribute)),
      part: path,
    }
  })
}
