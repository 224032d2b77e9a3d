/** Records stay in the part of the world that was promised. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { givenAt } from '../read/given.ts'
import { inRoot } from '../read/neighbours.ts'
import { familyOf, providerOf } from '../read/region.ts'
import { ofType, tagOf } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'stores, replicas, backups and logs lie where the tag DataResidency says; without it, where the whole stack does',
  'choose a region of the promised part of the world, or write the promise as a tag DataResidency (us, eu, ca …)',
)

/** Attributes that say where a store lies; without any it lies where its provider does. A star stands for every block. */
const stores: Readonly<Record<string, readonly string[]>> = {
  aws_s3_bucket: ['region'],
  aws_db_instance: ['region'],
  aws_rds_cluster: ['region'],
  aws_dynamodb_table: ['region', 'replica.*.region_name'],
  aws_backup_vault: ['region'],
  aws_cloudwatch_log_group: ['region'],
  aws_efs_file_system: ['region'],
  aws_elasticache_replication_group: ['region'],
  aws_db_instance_automated_backups_replication: ['region'],
  aws_secretsmanager_secret: ['region', 'replica.*.region'],
  google_storage_bucket: ['location'],
  google_sql_database_instance: ['region', 'settings.0.backup_configuration.0.location'],
  google_bigquery_dataset: ['location'],
  google_redis_instance: ['region'],
  google_logging_project_bucket_config: ['location'],
}

const stack = (replica: string) => ({
  file: 'main.tf',
  text: `provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "replica"
  region = "${replica}"
}

resource "aws_s3_bucket" "records" {
  bucket = "campus-records"
}

resource "aws_s3_bucket" "copy" {
  provider = aws.replica
  bucket   = "campus-records-copy"
}
`,
})

export const control: Control = {
  id: 'PRV-02',
  sources: ['terraform'],
  page: {
    why: 'A copy in another part of the world is under another law, and often nobody knows it: replicas, backups and logs go where a default sends them.',
    good: [stack('us-west-2')],
    bad: [stack('eu-west-1')],
  },
  applies: ofType(...Object.keys(stores)),
  check: judgeStore,
}

function judgeStore(store: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  if (store.attributes.has('')) return judge.unknown('nothing is known of it')
  const promised = tagOf(store, evidence, ['DataResidency', 'data_residency', 'data-residency'])
  const home = promised ?? homeOf(store, evidence)
  const written = (stores[store.type] ?? [])
    .flatMap((path) => pathsOf(store, path))
    .flatMap((path) => {
      const attribute = givenAt(store, path)
      return attribute === undefined ? [] : [{ path, attribute }]
    })
  const verdicts = written.map(({ path, attribute }): Verdict => {
    if (!attribute.known) return { ...judge.unknown(`${path} ${attribute.why}`, attribute), part: path }
    return { ...judgePlace(textOf(attribute.value), home, path), part: path }
  })
  const isPlaced = written.some(({ path }) => path === 'region' || path === 'location')
  return isPlaced ? verdicts : [...verdicts, judgeProvider(store, evidence, home)]
}

function pathsOf(store: Resource, path: string): readonly string[] {
  const [list = '', name] = path.split('.*.')
  if (name === undefined) return [path]
  const blocks = childrenOf(store, list)
  return blocks.length === 0
    ? attributeOf(store, list)?.known === false
      ? [list]
      : []
    : blocks.map((block) => `${block}.${name}`)
}

function judgePlace(place: string, home: string | undefined, path: string): Verdict {
  const found = partOf(place)
  if (found === undefined) return judge.unknown(`nobody told where ${place} is`)
  if (home === undefined) return judge.unknown(`${path} is ${place}, and nobody told where it should be`)
  const expected = partOf(home) ?? home.toLowerCase()
  return found === expected
    ? judge.pass(`${place} is in ${expected}`)
    : judge.fail(`${place} is not in ${expected}`)
}

function judgeProvider(store: Resource, evidence: Evidence, home: string | undefined): Verdict {
  const part = 'provider'
  const provider = providerOf(store, evidence)
  if (provider === undefined)
    return { ...judge.unknown('which provider it is made by, and in which region, is not told'), part }
  const region = attributeOf(provider, 'region')
  if (region?.known !== true)
    return { ...judge.unknown(`region of its provider ${region?.why ?? 'is not written'}`), part }
  return { ...judgePlace(textOf(region.value), home, 'region'), part }
}

/** Where most of the stack lies: the provider without an alias. */
function homeOf(store: Resource, evidence: Evidence): string | undefined {
  const family = familyOf(store)
  const [first] = inRoot(evidence, store, 'provider').filter(
    (each) => each.name.split('.')[0] === family && attributeOf(each, 'alias') === undefined,
  )
  const region = first === undefined ? undefined : knownValueOf(first, 'region')
  return typeof region === 'string' ? region : undefined
}

/** Parts of the world as the names of regions begin; `eu` and `europe` are one. */
function partOf(region: string): string | undefined {
  const name = region.toLowerCase()
  if (/^(?:us|northamerica-south)(?:-|$|\d)|^nam\d|^us-gov/.test(name))
    return name.startsWith('us') || name.startsWith('nam') ? 'us' : 'mx'
  if (/^(?:eu|europe|eur\d)(?:-|$)/.test(name) || /^eur\d/.test(name))
    return /^eu(?:rope)?-west-?2$/.test(name) ? 'uk' : 'eu'
  if (/^(?:ca-|northamerica-northeast)/.test(name) || name === 'ca') return 'ca'
  if (name === 'uk' || name === 'europe-west2') return 'uk'
  const [, asia] =
    /^(ap-(?:south|southeast|northeast|east)|asia-(?:south|southeast|northeast|east)\d?|australia-southeast|sa-east|southamerica|me-(?:south|central|west)|af-south|africa-south|il-central|cn-)/.exec(
      name,
    ) ?? []
  return asia
}
